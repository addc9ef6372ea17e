import { z } from 'zod';
import type { JsonValue } from '../base/json.ts';

// 拨号前检查: what the gate and the governor looked at when they let a call pass, read back from what was kept with the call.

/** In the order in which they are asked. */
export const dialCheckRules = [
  'emergency', 'extension', 'lists', 'refusal', 'hours', 'gap', 'frequent', 'today', 'sample', 'opener', 'recording', 'card',
] as const; // prettier-ignore

/** One rule that let the call pass, and what it saw. The names of `values` stand in the words of that rule. */
export const dialCheck = z.object({
  rule: z.enum(dialCheckRules),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type DialCheck = z.output<typeof dialCheck>;
type Reading = DialCheck | null;

const count = z.number().int().nonnegative();
const counted = z.object({ count, limit: count });
const hours = z.object({ from: z.string(), to: z.string(), now: z.string(), holiday: z.string().optional() });
const caps = z.object({ perHour: count, perDay: count });
const card = z.object({ slot: count, dialsThisHour: count, dialsToday: count, caps });

/**
 * Total: what an older program kept in another shape, or not at all, is left out.
 * @param evidence as the gate and the governor gave it (dial-gate.ts, engine/features/calls/take-slot.ts)
 */
export function dialChecks(evidence: Readonly<Record<string, JsonValue>>): DialCheck[] {
  if (evidence['emergency'] === true) return [{ rule: 'emergency', values: {} }];
  if (evidence['kind'] === 'extension') return [{ rule: 'extension', values: {} }];
  const readings: Reading[] = [
    evidence['listed'] === false ? { rule: 'lists', values: {} } : null,
    evidence['refused'] === false ? { rule: 'refusal', values: {} } : null,
    hoursOf(evidence['hours']),
    typeof evidence['gapMinutes'] === 'number' && evidence['gapMinutes'] > 0 ? { rule: 'gap', values: { minutes: evidence['gapMinutes'] } } : null,
    countOf('frequent', evidence['gate.too-frequent']),
    countOf('today', evidence['gate.too-many-today']),
    evidence['sample'] === true && evidence['lineIsReal'] === false ? { rule: 'sample', values: {} } : null,
    choice('opener', evidence['openersAllowed'], typeof evidence['opener'] === 'string'),
    choice('recording', evidence['recording'], true),
    cardOf(evidence['sim']),
  ]; // prettier-ignore
  return readings.filter((one) => one !== null);
}

function hoursOf(value: JsonValue | undefined): Reading {
  const read = hours.safeParse(value);
  if (!read.success) return null;
  const { from, to, now, holiday = '' } = read.data;
  return { rule: 'hours', values: { from, to, now, holiday } };
}

function countOf(rule: 'frequent' | 'today', value: JsonValue | undefined): Reading {
  const read = counted.safeParse(value);
  return read.success ? { rule, values: read.data } : null;
}

/** What the company allows, and what came of it: `off` = not allowed, `none` = allowed and not there, `on`. */
function choice(rule: 'opener' | 'recording', allowed: JsonValue | undefined, there: boolean): Reading {
  if (typeof allowed !== 'boolean') return null;
  return { rule, values: { state: allowed ? (there ? 'on' : 'none') : 'off' } };
}

function cardOf(value: JsonValue | undefined): Reading {
  const read = card.safeParse(value);
  if (!read.success) return null;
  const { slot, dialsThisHour, dialsToday } = read.data;
  return { rule: 'card', values: { slot, dialsThisHour, dialsToday, ...read.data.caps } };
}
