import type { ErrorDetails } from '../base/errors.ts';
import type { SimCaps } from './sim-caps.ts';
import type { EndCause } from './vocabulary.ts';

/** Why a card rests. Each is an error code too. */
export const simRules = ['sim.cap-hour', 'sim.cap-day', 'sim.cap-talk', 'sim.gap', 'sim.cooling'] as const;
export type SimRule = (typeof simRules)[number];

/** One outbound call of a card, as its record tells. Emergency calls are none of them: they are never counted. */
export interface CardCall {
  /** Wall clock of the dial, ms UTC. */
  readonly at: number;
  readonly alerted: boolean;
  readonly answered: boolean;
  /** 0 while it runs, and where nobody answered. */
  readonly talkMs: number;
  readonly endedAt: number | null;
  /** Null while it runs. */
  readonly cause: EndCause | null;
}

/** A call as its desk charges it to a card. */
export interface CardDial extends CardCall {
  readonly callId: string;
  /** By what it is counted: the card's ICCID, or `slot:n` where the phone cannot tell which card it is. */
  readonly card: string;
}

export interface SimUsage {
  readonly dialsThisHour: number;
  readonly dialsToday: number;
  readonly talkTodayMs: number;
  readonly lastDialAt: number | null;
}

export interface SimRefusal {
  readonly code: SimRule;
  /** The rule's numbers for its text: { count } dials or calls, { minutes }, { seconds }. */
  readonly details: ErrorDetails;
  /** Wall clock from which on this card may dial again, if it does not dial before. */
  readonly until: number;
}

export interface SimVerdict {
  readonly usage: SimUsage;
  /** Null = it may dial. Of several rules the one that holds longest, so that `until` is when the verdict turns. */
  readonly refusal: SimRefusal | null;
  /** When the rest after a streak ends; null = it does not rest. */
  readonly coolingUntil: number | null;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Beijing time has no daylight saving: UTC+8 all year. */
export const beijingMs = 8 * hourMs;

/** An answered call below this is one that the operator's watch calls short (research/peers: share of <15 s calls). */
export const shortCallMs = 15_000;
/** Failures that lie further apart are no streak. */
const streakSpanMs = dayMs;
/**
 * How far back a verdict looks: the longest rest (a day) behind the newest call of a streak, which itself spans a day, and
 * two hours for the length of that call.
 */
export const cardHistoryMs = 2 * dayMs + 2 * hourMs;

/** Midnight in Beijing before `at`. */
export const beijingDay = (at: number): number => Math.floor((at + beijingMs) / dayMs) * dayMs - beijingMs;

/**
 * May this card dial now? A call that lies in the future (the wall clock was set back) still counts: a wrong clock must
 * not open the gate (as in dial-gate.ts).
 *
 * @param calls of this card in the last `cardHistoryMs`, in any order
 */
export function judgeCard(calls: readonly CardCall[], caps: SimCaps, now: number): SimVerdict {
  const newestFirst = calls.toSorted((a, b) => b.at - a.at);
  // What the device refused never left the desk (as in the dial gate); it is a sign of trouble all the same.
  const dialled = newestFirst.filter(({ cause }) => cause !== 'refused-by-device');
  const cooling = coolDown(newestFirst, caps, now);
  const refusals = [
    capOfHour(dialled, caps, now),
    capOfDay(dialled, caps, now),
    capOfTalk(dialled, caps, now),
    gap(dialled, caps, now),
    cooling,
  ].filter((refusal) => refusal !== null);
  const [longest] = refusals.toSorted((a, b) => b.until - a.until);
  return {
    usage: usageOf(dialled, now),
    refusal: longest ?? null,
    coolingUntil: cooling?.until ?? null,
  };
}

function usageOf(dialled: readonly CardCall[], now: number): SimUsage {
  const today = dialled.filter(({ at }) => at >= beijingDay(now));
  return {
    dialsThisHour: dialled.filter(({ at }) => at > now - hourMs).length,
    dialsToday: today.length,
    talkTodayMs: today.reduce((sum, { talkMs }) => sum + talkMs, 0),
    lastDialAt: dialled[0]?.at ?? null,
  };
}

type Rule = (newestFirst: readonly CardCall[], caps: SimCaps, now: number) => SimRefusal | null;

const capOfHour: Rule = (dialled, { perHour }, now) => {
  const blocking = dialled[perHour - 1];
  if (!blocking || blocking.at <= now - hourMs) return null;
  return { code: 'sim.cap-hour', details: { count: perHour }, until: blocking.at + hourMs };
};

const capOfDay: Rule = (dialled, { perDay }, now) => {
  const blocking = dialled[perDay - 1];
  if (!blocking || blocking.at < beijingDay(now)) return null;
  return { code: 'sim.cap-day', details: { count: perDay }, until: beijingDay(blocking.at) + dayMs };
};

/** A call is never cut: the budget may be passed by the call that spends it, and refuses the next one. */
const capOfTalk: Rule = (dialled, { talkMinutesPerDay: minutes }, now) => {
  if (minutes === 0) return null;
  let talked = 0;
  const blocking = dialled.find(({ talkMs }) => (talked += talkMs) >= minutes * minuteMs);
  if (!blocking || blocking.at < beijingDay(now)) return null;
  return { code: 'sim.cap-talk', details: { minutes }, until: beijingDay(blocking.at) + dayMs };
};

const gap: Rule = (dialled, { gapSeconds: seconds }, now) => {
  const [last] = dialled;
  if (!last || now >= last.at + seconds * 1000) return null;
  return { code: 'sim.gap', details: { seconds }, until: last.at + seconds * 1000 };
};

/**
 * After `streak` bad calls since the last good one the card rests, and again after each further bad one: the first call
 * after a rest is a trial. The rest runs from the end of the call that completed the streak.
 */
const coolDown: Rule = (newestFirst, { streak, coolDownMinutes: minutes }, now) => {
  if (streak === 0) return null;
  const lastGood = newestFirst.findIndex((call) => healthOf(call) === 'good');
  const since = lastGood < 0 ? newestFirst : newestFirst.slice(0, lastGood);
  const bad = since.filter((call) => healthOf(call) === 'bad');
  const ends = bad
    .filter(({ at }, index) => at - (bad[index + streak - 1]?.at ?? -Infinity) <= streakSpanMs)
    .map(({ at, endedAt }) => Math.max(at, endedAt ?? at) + minutes * minuteMs);
  const until = Math.max(...ends);
  return ends.length > 0 && now < until ? { code: 'sim.cooling', details: { count: streak, minutes }, until } : null;
};

/**
 * What a call says about its card. Bad: answered and over in less than 15 s, whoever hung up; or not put through: the device
 * or the network refused, the callee cannot be had, or it was released before it rang (a barred card looks like that).
 * Good: 15 s of talk. Neither: busy, no answer, declined while it rang, our own hang-up, and whatever cable, phone or
 * program did.
 */
export function healthOf({ answered, alerted, talkMs, cause }: CardCall): 'good' | 'bad' | 'neither' {
  if (talkMs >= shortCallMs) return 'good';
  switch (cause) {
    case null:
    case 'device-lost':
    case 'device-reset':
    case 'engine-crash':
      return 'neither';
    case 'local-hang-up':
    case 'remote-hang-up':
    case 'busy':
    case 'no-answer':
    case 'taken-elsewhere':
    case 'agent-away':
      return answered ? 'bad' : 'neither';
    case 'rejected':
      return answered || !alerted ? 'bad' : 'neither';
    case 'unreachable':
    case 'network-failure':
    case 'refused-by-device':
      return 'bad';
  }
}
