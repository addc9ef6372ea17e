import type { SimUse } from '#shared/desk-contract/areas/phone.ts';
import type { SimCaps } from '#shared/domain/sim-caps.ts';
import { talkMs, type Call } from '#shared/domain/call-machine.ts';
import { cardHistoryMs, judgeCard, type CardCall, type SimVerdict } from '#shared/domain/sim-governor.ts';
import type { EngineContext } from '#engine/context.ts';
import type { DeskPhone } from '#engine/devices/face.ts';
import type { CardPort, DialCounts } from './ports.ts';

/** What this desk has dialled with the card in one slot, and what the governor makes of it. */
export interface CardFacts {
  readonly slot: number;
  /** Null = the phone cannot tell which card it is. */
  readonly iccid: string | null;
  /** By what its calls are counted: `call.iccid`. */
  readonly key: string;
  readonly caps: SimCaps;
  readonly verdict: SimVerdict;
}

/** Today's use of the card in one slot, as a window shows it. */
export interface SlotUse {
  readonly slot: number;
  readonly todayDials: number;
  readonly todayTalkMs: number;
  readonly use: SimUse;
}

interface Deps {
  readonly context: EngineContext;
  readonly phone: DeskPhone;
  readonly dials: DialCounts;
  readonly cards: CardPort;
}

/** A card that cannot be told is counted by its holder, apart from all cards: none inherits the other's calls. */
export const unknownCard = (slot: number): string => `slot:${slot}`;

/** What a call says about its card. */
export const toCardCall = (call: Call): Omit<CardCall, 'at'> => ({
  alerted: call.alerting !== null,
  answered: call.answered !== null,
  talkMs: talkMs(call) ?? 0,
  endedAt: call.ended && Math.round(call.ended.wall),
  cause: call.cause,
});

/** Reads through one covering index; five cards are a fraction of a millisecond. */
export function factsOf({ context, phone, dials, cards }: Deps, slot: number): CardFacts {
  const iccid = phone.card(slot)?.iccid ?? null;
  const key = iccid ?? unknownCard(slot);
  const caps = cards.capsOf(iccid);
  const now = context.clock.now();
  return { slot, iccid, key, caps, verdict: judgeCard(dials.of(key, now - cardHistoryMs), caps, now) };
}

/** The same for every slot in which a card is known to be. */
export function useOfSlots(deps: Deps): SlotUse[] {
  return deps.phone.state.slots
    .filter(({ condition }) => condition !== 'absent' && condition !== 'unknown')
    .map(({ slot }) => {
      const { iccid, caps, verdict } = factsOf(deps, slot);
      const { usage, refusal, coolingUntil } = verdict;
      return {
        slot,
        todayDials: usage.dialsToday,
        todayTalkMs: usage.talkTodayMs,
        use: {
          countedBy: iccid === null ? 'slot' : 'card',
          dialsThisHour: usage.dialsThisHour,
          hourCap: caps.perHour,
          dayCap: caps.perDay,
          talkCapMs: caps.talkMinutesPerDay === 0 ? null : caps.talkMinutesPerDay * 60_000,
          verdict: refusal?.code ?? null,
          nextAt: refusal?.until ?? null,
          coolingUntil,
        },
      };
    });
}
