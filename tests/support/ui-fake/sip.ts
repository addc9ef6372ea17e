import { AppError } from '#shared/base/errors.ts';
import type { sipArea } from '#shared/desk-contract/areas/sip.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { fakeId } from './sample.ts';

/** No account: the screens of the fake desk are about the phone. */
export const sipHandlers = (): Handlers<typeof sipArea> => ({
  'sip.setAccount': () => null,
  'sip.draftAccount': (account) => ({ ...account, password: account.password ?? '' }),
  'sip.testStep': ({ server }) => {
    throw new AppError('sip.test-name-unknown', { host: server });
  },
  'sip.reconnect': () => null,
  'sip.tellState': () => null,
  'sip.line': () => null,
  'sip.settled': () => null,
  'sip.incoming': () => ({ callId: fakeId(9, 1), refuse: null }),
  'sip.transferAsked': () => ({ requestId: fakeId(9, 2) }),
  'sip.transferOver': () => null,
  'sip.event': () => null,
  'sip.sound': () => null,
  'sip.quality': () => null,
  'sip.played': () => null,
});

export const sipSources = (): Sources<typeof sipArea> => ({
  'sip.state'(_args, sink) {
    const line = { phase: 'off', trouble: null, status: null, retryAt: null, simulated: false } as const;
    sink.item({ account: null, line, served: true, serving: true, stateReport: null });
    return () => undefined;
  },
  'sip.orders': () => () => undefined,
});
