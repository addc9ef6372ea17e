import type { JsonValue } from '../base/json.ts';

// 拨号前检查: what the gate and the governor looked at when they let a call pass, read back from what was kept with the call.

/** In the order in which they are asked. */
export const dialCheckRules = [
  'emergency', 'extension', 'lists', 'refusal', 'hours', 'gap', 'frequent', 'today', 'sample', 'opener', 'recording', 'card',
] as const; // prettier-ignore

/** One rule that let the call pass, and what it saw. The names of `values` stand in the words of that rule. */
export interface DialCheck {
  readonly rule: (typeof dialCheckRules)[number];
  readonly values: Record<string, string | number>;
}
type Kept = JsonValue | undefined;

/**
 * Total: what an older program kept in another shape, or not at all, is left out.
 * @param evidence as the gate and the governor gave it (dial-gate.ts, engine/features/calls/take-slot.ts)
 */
export function dialChecks(evidence: Readonly<Record<string, JsonValue>>): DialCheck[] {
  if (evidence['emergency'] === true) return [{ rule: 'emergency', values: {} }];
  if (evidence['kind'] === 'extension') return [{ rule: 'extension', values: {} }];
  const { gapMinutes, sim } = evidence;
  const checks = [
    evidence['listed'] === false && check('lists', {}),
    evidence['refused'] === false && check('refusal', {}),
    check('hours', { ...texts(evidence['hours'], 'from', 'to', 'now'), holiday: textOf(evidence['hours'], 'holiday') }),
    gapMinutes !== 0 && check('gap', { minutes: typeof gapMinutes === 'number' ? gapMinutes : undefined }),
    check('frequent', counts(evidence['gate.too-frequent'], 'count', 'limit')),
    check('today', counts(evidence['gate.too-many-today'], 'count', 'limit')),
    evidence['sample'] === true && evidence['lineIsReal'] === false && check('sample', {}),
    check('opener', { state: choice(evidence['openersAllowed'], typeof evidence['opener'] === 'string') }),
    check('recording', { state: choice(evidence['recording'], true) }),
    check('card', { ...counts(sim, 'slot', 'dialsThisHour', 'dialsToday'), ...counts(field(sim, 'caps'), 'perHour', 'perDay') }),
  ]; // prettier-ignore
  return checks.filter((one) => one !== null && one !== false);
}

/** Null = something of it is missing. */
function check(rule: DialCheck['rule'], values: Record<string, string | number | undefined>): DialCheck | null {
  const isWhole = (all: typeof values): all is DialCheck['values'] => !Object.values(all).includes(undefined);
  return isWhole(values) ? { rule, values } : null;
}

const field = (of: Kept, name: string): Kept =>
  typeof of === 'object' && of !== null && !Array.isArray(of) ? of[name] : undefined;

function pick<T>(of: Kept, names: readonly string[], is: (value: Kept) => value is T & Kept) {
  const found = names.map((name) => [name, field(of, name)] as const);
  return Object.fromEntries(found.map(([name, value]) => [name, is(value) ? value : undefined]));
}
const counts = (of: Kept, ...names: string[]) => pick<number>(of, names, (value) => typeof value === 'number');
const texts = (of: Kept, ...names: string[]) => pick<string>(of, names, (value) => typeof value === 'string');
const textOf = (of: Kept, name: string): string => texts(of, name)[name] ?? '';

/** What the company allows, and what came of it: `off` = not allowed, `none` = allowed and not there, `on`. */
function choice(allowed: Kept, there: boolean): 'on' | 'none' | 'off' | undefined {
  if (typeof allowed !== 'boolean') return undefined;
  if (!allowed) return 'off';
  return there ? 'on' : 'none';
}
