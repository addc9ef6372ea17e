import type { CallState } from '#shared/domain/vocabulary.ts';
import { noCalls, type CallSituation } from '#engine/devices/face.ts';
import type { CallsService } from './calls.ts';
import type { LiveCall, LiveCalls } from './live-calls.ts';

type Situation = CallSituation['call'];

const situations: Readonly<Record<CallState, Situation>> = {
  placing: 'calling-out',
  dialing: 'calling-out',
  alerting: 'calling-out',
  'in-progress': 'calling-out',
  incoming: 'ringing-in',
  waiting: 'ringing-in',
  active: 'active',
  held: 'held',
  ending: 'ending',
  ended: 'none',
};

const situationOf = ({ call }: LiveCall): Situation => situations[call.state];

/** What keys of a handset may do to calls: they mean "this call", whichever it is. */
export type CallKeys = ReturnType<typeof createKeyPort>;

export function createKeyPort(service: CallsService, live: LiveCalls) {
  const act = async (run: (callId: string) => Promise<void> | void): Promise<void> => {
    const callId = live.main?.id;
    if (callId !== undefined) await run(callId);
  };
  /** The call that could be taken instead of the one in hand. */
  const second = (wanted: Situation): LiveCall | undefined =>
    live.all.find((other) => other !== live.main && situationOf(other) === wanted);
  return {
    situation(): CallSituation {
      const { main } = live;
      if (!main) return noCalls;
      const waiting = second('ringing-in') !== undefined || second('held') !== undefined;
      return { call: situationOf(main), waiting, muted: main.muted, openerPlays: main.opener?.playing === true };
    },
    onChange: (listener: () => void) => service.changed.on(() => listener()),
    answer: () => act((callId) => service.answer(callId)),
    reject: () => act((callId) => service.reject(callId)),
    hangUp: () => act((callId) => service.hangUp(callId)),
    hold: () => act((callId) => service.hold(callId)),
    resume: () => act((callId) => service.resume(callId)),
    /** Flash: a caller who waits is taken, else the held call; the one in hand is held for it. */
    async swap(): Promise<void> {
      const ringing = second('ringing-in');
      if (ringing) await service.answer(ringing.id);
      else await service.swap();
    },
    cutIn: () => act((callId) => service.cutIn(callId)),
    setMuted: (muted: boolean) => act((callId) => service.setMuted(callId, muted)),
    sendDtmf: (digit: string) => act((callId) => service.sendDtmf(callId, digit)),
  };
}
