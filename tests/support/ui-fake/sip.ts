import { AppError } from '#shared/base/errors.ts';
import type { sipArea, SipState } from '#shared/desk-contract/areas/sip.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { fakeId } from './sample.ts';

export const sipHandlers = (): Handlers<typeof sipArea> => ({
  'sip.saveAccount': ({ id }) => ({ id: id ?? fakeId(9, 3) }),
  'sip.removeAccount': () => null,
  'sip.enableAccount': () => null,
  'sip.setDefaultAccount': () => null,
  'sip.draftAccount': ({ account: { password, ...account } }) => ({ ...account, password: password ?? '' }),
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

/** @param lines none: most screens of the fake desk are about the phone */
export const sipSources = (lines: SipState['lines']): Sources<typeof sipArea> => ({
  'sip.state'(_args, sink) {
    sink.item({ lines, served: true, serving: true });
    return () => undefined;
  },
  'sip.orders': () => () => undefined,
});
