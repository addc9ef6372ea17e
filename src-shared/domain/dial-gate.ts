import type { ErrorCode, ErrorDetails } from '../base/errors.ts';
import type { JsonValue } from '../base/json.ts';
import type { Result } from '../base/result.ts';
import { clockTime, mostDialsPerNumber, type CallHours, type CallRules, type Holiday } from './call-rules.ts';
import type { NumberList } from './number-lists.ts';
import type { PhoneNumber } from './phone-number.ts';

/** Why a number is on a list of the company's. */
export interface NumberListing {
  readonly list: NumberList;
  readonly reason: string;
}

/** Everything the gate may look at. Facts come from the local database, so the gate works offline. */
export interface DialFacts {
  readonly number: Result<PhoneNumber, ErrorCode>;
  /** Wall clock, ms UTC. */
  readonly now: number;
  readonly rules: Pick<CallRules, 'week' | 'holidays' | 'dialsPerNumber' | 'gapMinutes'>;
  /** On a list of the company's, in force now; null = on none. */
  readonly listed: NumberListing | null;
  /** When the callee said that they must not be called again, and has not said otherwise since; null = they have not. */
  readonly refusedAt: number | null;
  /** Wall clock of every dial to this callee in the last 24 h, over all channels, in any order. */
  readonly dialsToCallee: readonly number[];
  /** Whether this line reaches the public network (false: simulator). */
  readonly lineIsReal: boolean;
  /** The head 154, or the sample flag of the lead. */
  readonly numberIsSample: boolean;
  /** What the callee will get to hear or have kept of them besides the agent, as it is settled now. */
  readonly consent: DialConsent;
}

/** 人机互动 and 通话录音 of one dial: whether the company allows them (通话规则), and what would play. */
export interface DialConsent {
  readonly openersAllowed: boolean;
  /** The opener that plays at answer, null = none: the agent is live at once. Never one that is not allowed. */
  readonly opener: string | null;
  readonly recording: boolean;
}

interface Refusal {
  readonly pass: false;
  readonly code: ErrorCode;
  /** What a person needs to know, e.g. { from: '08:00', to: '21:00' } or { count: 3, minutes: 5, nextAt }. */
  readonly details: ErrorDetails;
}
/** `evidence`: what each rule looked at when it let the call pass; kept with the call. */
export type GateAnswer = Refusal | { readonly pass: true; readonly evidence: ErrorDetails };

/** One rule: a refusal, or what it saw. */
type GateRule = (facts: DialFacts) => Refusal | { readonly evidence: ErrorDetails };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Beijing time has no daylight saving: UTC+8 all year. */
const beijingMs = 8 * hourMs;

/**
 * Emergency numbers pass whatever the rules say, and are never counted (product P1.5, research/hardware §5). Extensions are
 * colleagues: the rules keep customers from being bothered.
 */
const rules: readonly GateRule[] = [
  numberLists,
  refusal,
  callHours,
  (facts) => gap(facts, facts.rules.gapMinutes),
  frequency(() => 3, { windowMs: 5 * minuteMs, code: 'gate.too-frequent', unit: { minutes: 5 } }),
  frequency((facts) => Math.min(facts.rules.dialsPerNumber, mostDialsPerNumber), {
    ...{ windowMs: 24 * hourMs, code: 'gate.too-many-today', unit: { hours: 24 } },
  }),
  sampleData,
  consent,
];

/** The one gate in front of every way to dial. The first rule that refuses is the answer. */
export function checkDial(facts: DialFacts): GateAnswer {
  if (!facts.number.ok) return { pass: false, code: facts.number.error, details: {} };
  if (facts.number.value.kind === 'emergency') return { pass: true, evidence: { emergency: true } };
  const evidence: Record<string, JsonValue> = { kind: facts.number.value.kind };
  if (facts.number.value.kind === 'extension') return { pass: true, evidence };
  for (const rule of rules) {
    const answer = rule(facts);
    if ('pass' in answer) return answer;
    Object.assign(evidence, answer.evidence);
  }
  return { pass: true, evidence };
}

/** What the gate can be asked of a number long before it is called. */
export type StandingFacts = Pick<DialFacts, 'listed' | 'refusedAt'>;

/** What it says until somebody decides otherwise; hours, gaps and counts pass with time and are asked at the dial alone. */
export function standingRefusal(facts: StandingFacts): Refusal | null {
  for (const rule of [numberLists, refusal]) {
    const answer = rule(facts);
    if ('pass' in answer) return answer;
  }
  return null;
}

function numberLists({ listed }: Pick<DialFacts, 'listed'>): ReturnType<GateRule> {
  if (!listed) return { evidence: { listed: false } };
  const code = listed.list === 'blacklist' ? 'gate.blacklisted' : 'gate.number-invalid';
  return { pass: false, code, details: listed.reason === '' ? {} : { reason: listed.reason } };
}

/** 拒绝再联系, by the agent's latest verdict of a call with this number. */
function refusal({ refusedAt }: Pick<DialFacts, 'refusedAt'>): ReturnType<GateRule> {
  if (refusedAt === null) return { evidence: { refused: false } };
  return { pass: false, code: 'gate.refused', details: { refusedAt } };
}

function callHours({ now, rules }: DialFacts): ReturnType<GateRule> {
  const minutes = Math.floor((now + beijingMs) / minuteMs);
  const minute = ((minutes % 1440) + 1440) % 1440;
  const { hours, holiday } = hoursOn(minutes, rules);
  const { hours: before } = hoursOn(minutes - 1440, rules);
  // Hours of yesterday that run over midnight.
  const late = before && before.startMinute > before.endMinute && minute < before.endMinute;
  const inside = late || (hours && startedToday(hours, minute));
  const named = holiday?.name ? { holiday: holiday.name } : {};
  if (!hours && !inside) return { pass: false, code: 'gate.day-off', details: { now: clockTime(minute), ...named } };
  const shown = (late ? before : hours) ?? { startMinute: 0, endMinute: 0 };
  const details = {
    from: clockTime(shown.startMinute),
    to: clockTime(shown.endMinute),
    now: clockTime(minute),
    ...named,
  };
  return inside ? { evidence: { hours: details } } : { pass: false, code: 'gate.hours', details };
}

/** The hours of the day in which that minute lies: of the holiday, else of the weekday. Minutes since 1970, Beijing time. */
function hoursOn(
  minutes: number,
  { week, holidays }: Pick<CallRules, 'week' | 'holidays'>,
): { hours: CallHours | null; holiday: Holiday | null } {
  const day = new Date(minutes * minuteMs).toISOString().slice(0, 10);
  const holiday = holidays.find(({ from, to }) => from <= day && day <= to) ?? null;
  return { hours: holiday ? holiday.hours : (week[weekday(minutes)] ?? null), holiday };
}

const startedToday = ({ startMinute, endMinute }: CallHours, minute: number): boolean =>
  minute >= startMinute && (startMinute > endMinute || minute < endMinute);

/** Of minutes since 1970, Beijing time: 0 = Monday. 1 January 1970 was a Thursday. */
const weekday = (minutes: number): number => (((Math.floor(minutes / 1440) + 3) % 7) + 7) % 7;

interface FrequencyRule {
  readonly windowMs: number;
  readonly code: ErrorCode;
  readonly unit: { minutes: number } | { hours: number };
}

/** A dial that lies in the future (the wall clock was set back) still counts: a wrong clock must not open the gate. */
function frequency(limitOf: (facts: DialFacts) => number, { windowMs, code, unit }: FrequencyRule): GateRule {
  return (facts) => {
    const limit = limitOf(facts);
    const inWindow = dialsWithin(facts, windowMs);
    const blocking = inWindow[limit - 1];
    if (blocking === undefined) return { evidence: { [code]: { count: inWindow.length, limit } } };
    return { pass: false, code, details: { count: limit, ...unit, nextAt: blocking + windowMs } };
  };
}

/** 拨打间隔 of one number, by the company's rules. */
function gap(facts: DialFacts, minutes: number): ReturnType<GateRule> {
  const [last] = dialsWithin(facts, minutes * minuteMs);
  if (last === undefined) return { evidence: { gapMinutes: minutes } };
  return { pass: false, code: 'gate.too-soon', details: { minutes, nextAt: last + minutes * minuteMs } };
}

/** Newest first. */
const dialsWithin = ({ now, dialsToCallee }: DialFacts, ms: number): number[] =>
  ms === 0 ? [] : dialsToCallee.filter((at) => at > now - ms).toSorted((a, b) => b - a);

function sampleData({ lineIsReal, numberIsSample }: DialFacts): ReturnType<GateRule> {
  if (lineIsReal && numberIsSample) return { pass: false, code: 'gate.sample-data', details: {} };
  return { evidence: { sample: numberIsSample, lineIsReal } };
}

/** Refuses nothing: an opener that the company has not allowed does not play. What was allowed stands with the call. */
function consent({ consent: { openersAllowed, opener, recording } }: DialFacts): ReturnType<GateRule> {
  return { evidence: { openersAllowed, opener, recording } };
}
