import type { ErrorCode, ErrorDetails } from '../base/errors.ts';
import type { JsonValue } from '../base/json.ts';
import type { Result } from '../base/result.ts';
import { clockTime, mostDialsPerNumber, type CallHours, type CallRules } from './call-rules.ts';
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
  readonly rules: Pick<CallRules, 'week' | 'dialsPerNumber' | 'gapMinutes'>;
  /** On a list of the company's, in force now; null = on none. */
  readonly listed: NumberListing | null;
  /** Wall clock of every dial to this callee in the last 24 h, over all channels, in any order. */
  readonly dialsToCallee: readonly number[];
  /** Whether this line reaches the public network (false: simulator). */
  readonly lineIsReal: boolean;
  /** The head 154, or the sample flag of the lead. */
  readonly numberIsSample: boolean;
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
  callHours,
  (facts) => gap(facts, facts.rules.gapMinutes),
  frequency(() => 3, { windowMs: 5 * minuteMs, code: 'gate.too-frequent', unit: { minutes: 5 } }),
  frequency((facts) => Math.min(facts.rules.dialsPerNumber, mostDialsPerNumber), {
    ...{ windowMs: 24 * hourMs, code: 'gate.too-many-today', unit: { hours: 24 } },
  }),
  sampleData,
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

function numberLists({ listed }: DialFacts): ReturnType<GateRule> {
  if (!listed) return { evidence: {} };
  const code = listed.list === 'blacklist' ? 'gate.blacklisted' : 'gate.number-invalid';
  return { pass: false, code, details: listed.reason === '' ? {} : { reason: listed.reason } };
}

function callHours({ now, rules: { week } }: DialFacts): ReturnType<GateRule> {
  const minutes = Math.floor((now + beijingMs) / minuteMs);
  const minute = ((minutes % 1440) + 1440) % 1440;
  const today = weekday(minutes);
  const hours = week[today] ?? null;
  const before = week[(today + 6) % 7];
  // Hours of yesterday that run over midnight.
  const late = before && before.startMinute > before.endMinute && minute < before.endMinute;
  const inside = late || (hours && startedToday(hours, minute));
  if (!hours && !inside) return { pass: false, code: 'gate.day-off', details: { now: clockTime(minute) } };
  const shown = (late ? before : hours) ?? { startMinute: 0, endMinute: 0 };
  const details = { from: clockTime(shown.startMinute), to: clockTime(shown.endMinute), now: clockTime(minute) };
  return inside ? { evidence: { hours: details } } : { pass: false, code: 'gate.hours', details };
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
    if (blocking === undefined) return { evidence: { [code]: inWindow.length } };
    return { pass: false, code, details: { count: limit, ...unit, nextAt: blocking + windowMs } };
  };
}

/** 拨打间隔 of one number, by the company's rules. */
function gap(facts: DialFacts, minutes: number): ReturnType<GateRule> {
  const [last] = dialsWithin(facts, minutes * minuteMs);
  if (last === undefined) return { evidence: {} };
  return { pass: false, code: 'gate.too-soon', details: { minutes, nextAt: last + minutes * minuteMs } };
}

/** Newest first. */
const dialsWithin = ({ now, dialsToCallee }: DialFacts, ms: number): number[] =>
  ms === 0 ? [] : dialsToCallee.filter((at) => at > now - ms).toSorted((a, b) => b - a);

function sampleData({ lineIsReal, numberIsSample }: DialFacts): ReturnType<GateRule> {
  if (lineIsReal && numberIsSample) return { pass: false, code: 'gate.sample-data', details: {} };
  return { evidence: { sample: numberIsSample, lineIsReal } };
}
