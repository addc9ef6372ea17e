import type { ErrorCode, ErrorDetails } from '../base/errors.ts';
import type { JsonValue } from '../base/json.ts';
import type { Result } from '../base/result.ts';
import type { PhoneNumber } from './phone-number.ts';

/** Minutes of the Beijing day, [start, end). 0–1440 = always; a start behind the end runs over midnight. */
export interface CallHours {
  readonly startMinute: number;
  readonly endMinute: number;
}
export const defaultCallHours: CallHours = { startMinute: 480, endMinute: 1260 };

/** Everything the gate may look at. Facts come from the local database, so the gate works offline. */
export interface DialFacts {
  readonly number: Result<PhoneNumber, ErrorCode>;
  /** Wall clock, ms UTC. */
  readonly now: number;
  readonly callHours: CallHours;
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
  callHours,
  frequency({ limit: 3, windowMs: 5 * minuteMs, code: 'gate.too-frequent', unit: { minutes: 5 } }),
  frequency({ limit: 5, windowMs: 24 * hourMs, code: 'gate.too-many-today', unit: { hours: 24 } }),
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

function callHours({ now, callHours: { startMinute, endMinute } }: DialFacts): ReturnType<GateRule> {
  const minute = Math.floor((((now + beijingMs) % (24 * hourMs)) + 24 * hourMs) / minuteMs) % 1440;
  const inside =
    startMinute <= endMinute
      ? minute >= startMinute && minute < endMinute
      : minute >= startMinute || minute < endMinute;
  const details = { from: clockTime(startMinute), to: clockTime(endMinute), now: clockTime(minute) };
  return inside ? { evidence: { hours: details } } : { pass: false, code: 'gate.hours', details };
}

const clockTime = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

interface FrequencyRule {
  readonly limit: number;
  readonly windowMs: number;
  readonly code: ErrorCode;
  readonly unit: { minutes: number } | { hours: number };
}

/** A dial that lies in the future (the wall clock was set back) still counts: a wrong clock must not open the gate. */
function frequency({ limit, windowMs, code, unit }: FrequencyRule): GateRule {
  return ({ now, dialsToCallee }) => {
    const inWindow = dialsToCallee.filter((at) => at > now - windowMs).toSorted((a, b) => b - a);
    const blocking = inWindow[limit - 1];
    if (blocking === undefined) return { evidence: { [code]: inWindow.length } };
    return { pass: false, code, details: { count: limit, ...unit, nextAt: blocking + windowMs } };
  };
}

function sampleData({ lineIsReal, numberIsSample }: DialFacts): ReturnType<GateRule> {
  if (lineIsReal && numberIsSample) return { pass: false, code: 'gate.sample-data', details: {} };
  return { evidence: { sample: numberIsSample, lineIsReal } };
}
