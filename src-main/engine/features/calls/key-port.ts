import type { CallState } from '#shared/domain/call-machine.ts';
import { noCalls, type CallSituation } from '#engine/devices/index.ts';
import type { CallsService } from './calls.ts';
import type { LiveCall, LiveCalls } from './live-calls.ts';

type Situation = CallSituation['call'];

const situations: Readonly<Record<CallState, Situation>> = {
  placing: 'calling-out',
  dialing: 'calling-out',
  alerting: 'calling-out',
  incoming: 'ringing-in',
  waiting: 'ringing-in',
  active: 'active',
  held: 'held',
  ending: 'ending',
  ended: 'none',
};
/** Of two calls a key means the one that is spoken, then what is on its way, what rings, what is held. */
const order: readonly Situation[] = ['active', 'calling-out', 'ringing-in', 'held', 'ending', 'none'];

const situationOf = ({ call }: LiveCall): Situation => situations[call.state];
const inHand = (live: LiveCalls): LiveCall | undefined =>
  live.all.toSorted((a, b) => order.indexOf(situationOf(a)) - order.indexOf(situationOf(b)))[0];

/** What keys of a handset may do to calls: they mean "this call", whichever it is. */
export type CallKeys = ReturnType<typeof createKeyPort>;

export function createKeyPort(service: CallsService, live: LiveCalls) {
  const id = (): string | null => inHand(live)?.id ?? null;
  const act = async (run: (callId: string) => Promise<void> | void): Promise<void> => {
    const callId = id();
    if (callId !== null) await run(callId);
  };
  return {
    situation(): CallSituation {
      const main = inHand(live);
      if (!main) return noCalls;
      const waiting = live.all.some((other) => other !== main && situationOf(other) === 'ringing-in');
      return { call: situationOf(main), waiting, muted: main.muted, openerPlays: main.opener?.playing === true };
    },
    onChange: (listener: () => void) => service.changed.on(() => listener()),
    hangUp: () => act((callId) => service.hangUp(callId)),
    cutIn: () => act((callId) => service.cutIn(callId)),
    setMuted: (muted: boolean) => act((callId) => service.setMuted(callId, muted)),
    sendDtmf: (digit: string) => act((callId) => service.sendDtmf(callId, digit)),
  };
}
