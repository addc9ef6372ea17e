import { EmitterImpl, SessionState, URI, type Notification, type Session, type SessionDelegate } from 'sip.js';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import { refer } from './transfer.ts';

const cseq = 7;

/** What `refer` touches of a session. */
function rig(lineWasAway = false) {
  const clock = new ManualClock();
  const stateChange = new EmitterImpl<SessionState>();
  const sent: string[] = [];
  const session = {
    state: SessionState.Established,
    stateChange,
    delegate: undefined as SessionDelegate | undefined,
    userAgent: { configuration: { uri: 'sip:8001@pbx.example' }, contact: '<sip:x@y.invalid>' },
    dialog: {
      refer: (_: unknown, { extraHeaders }: { extraHeaders: string[] }) => {
        sent.push(...extraHeaders);
        return { message: { cseq } };
      },
    },
  };
  let accepted = 0;
  const notify = (status: string, event = 'refer'): void =>
    session.delegate?.onNotify?.({
      accept: () => Promise.resolve(void (accepted += 1)),
      request: { body: `SIP/2.0 ${status}\r\n`, getHeader: () => event },
    } as unknown as Notification);
  const target = { address: new URI('sip', 'x', 'y.invalid'), number: '1540"0', replaces: 'a@b;to-tag=1;from-tag=2' };
  const outcome = refer(session as unknown as Session, target, {
    clock,
    limitMs: 5_000,
    lineWasAway: () => lineWasAway,
  }).then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
  return { clock, stateChange, session, sent, notify, outcome, accepted: () => accepted };
}

describe('a REFER', () => {
  it('names the call whose place is taken, and nothing that breaks the header', () => {
    expect(rig().sent[0]).toBe('Refer-To: "15400" <sip:x@y.invalid?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2>');
  });

  it.each([
    ['200 OK', 'done'],
    ['486 Busy Here', 'call.transfer-busy'],
    ['408 Request Timeout', 'call.transfer-no-answer'],
    ['503 Service Unavailable', 'call.transfer-failed'],
  ])('that comes to %s is told as %s', async (status, told) => {
    const { notify, outcome, session } = rig();
    notify('100 Trying');
    notify('180 Ringing');
    notify(status);
    expect(await outcome).toBe(told);
    expect(session.delegate).toBeUndefined();
  });

  it('passes over what is told of an earlier one, and takes it nevertheless', async () => {
    const { notify, outcome, accepted } = rig();
    notify('486 Busy Here', `refer;id=${cseq - 1}`);
    notify('200 OK', `refer;id=${cseq}`);
    expect(await outcome).toBe('done');
    expect(accepted()).toBe(2);
  });

  it('has its time, and ends with its session', async () => {
    const late = rig();
    late.clock.advance(5_000);
    expect(await late.outcome).toBe('call.transfer-no-answer');
    // What was told while the line was away went to nobody: it may have been answered.
    const away = rig(true);
    away.clock.advance(5_000);
    expect(await away.outcome).toBe('call.transfer-unknown');
    const gone = rig();
    gone.stateChange.emit(SessionState.Terminated);
    expect(await gone.outcome).toBe('call.gone');
  });
});
