import { sleep, type Clock } from '#shared/base/clock.ts';
import { stateOf } from '#shared/domain/number-check.ts';
import type { CheckAnswer, Finding, NumberCheckProvider } from '../../app/number-check-provider.ts';

const family = 'realtime-12';
/** What a hundred numbers are, by the codes of the family: mostly ones that one would dial. 8 is 失败, 9 不支持. */
const codes: readonly (readonly [code: string, share: number])[] = [
  ['1', 62], ['2', 10], ['3', 6], ['4', 5], ['5', 2], ['6', 3], ['8', 1], ['9', 1], ['10', 6], ['11', 3], ['12', 1],
]; // prettier-ignore

/** How long a question takes, and one number more in it, ms. */
const latencyMs = { question: 250, number: 12 };

/**
 * Numbers whose question fails, to be shown and tried: whoever has one of these among their leads sees what a vendor that is away
 * looks like. All have the sample head.
 */
export const failingNumbers = {
  '+8615400000901': 'unreachable',
  '+8615400000902': 'refused',
  '+8615400000903': 'out-of-credit',
  '+8615400000904': 'rate-limited',
} as const;

/** What this number always is. */
export function simulatedFinding(number: string): Finding {
  let at = hash(number) % 100;
  const [raw] = codes.find(([, share]) => (at -= share) < 0) ?? codes[0] ?? ['1'];
  return { raw, state: stateOf(family, raw) };
}

/** For the demo: 模拟检测. The same number is always the same; only sample numbers are asked for (`checkable`). */
export function simulatedCheck(clock: Clock): NumberCheckProvider {
  return {
    name: 'simulated',
    kind: 'simulated',
    family,
    batch: 50,
    perSecond: 5,
    async check(numbers, signal): Promise<CheckAnswer> {
      await sleep(clock, latencyMs.question + numbers.length * latencyMs.number, signal);
      if (signal.aborted) return { ok: false, why: 'unreachable' };
      const why = numbers.map((number) => (failingNumbers as Record<string, CheckWhy>)[number]).find(Boolean);
      if (why) return why === 'rate-limited' ? { ok: false, why, retryAfterMs: 2000 } : { ok: false, why };
      return { ok: true, found: new Map(numbers.map((number) => [number, simulatedFinding(number)])) };
    },
  };
}
type CheckWhy = (typeof failingNumbers)[keyof typeof failingNumbers];

/** FNV-1a: neighbours in a list shall not be alike. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return (value ^ (value >>> 15)) >>> 0;
}
