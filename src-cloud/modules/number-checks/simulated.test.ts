import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { Pacer } from './pacer.ts';
import { failingNumbers, simulatedCheck, simulatedFinding } from './simulated.ts';

const numbers = Array.from({ length: 400 }, (_, n) => `+86154${String(n * 7919).padStart(8, '0')}`);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('模拟检测', () => {
  it('takes a moment, says the same of a number each time, and shows everything that there is', async () => {
    const clock = new ManualClock();
    const provider = simulatedCheck(clock);
    let answered = false;
    const asked = provider.check(numbers.slice(0, 50), new AbortController().signal).finally(() => (answered = true));
    clock.advance(800);
    await turn();
    expect(answered).toBe(false);
    clock.advance(50);
    const answer = await asked;
    expect(answer.ok && [...answer.found]).toEqual(numbers.slice(0, 50).map((one) => [one, simulatedFinding(one)]));
    const states = numbers.map((one) => simulatedFinding(one).state);
    expect(new Set(states)).toEqual(new Set(['valid', 'empty', 'suspended', 'switched-off', 'silent', 'risky', 'unknown'])); // prettier-ignore
    const dialled = states.filter((one) => one === 'valid').length / states.length;
    expect(dialled).toBeGreaterThan(0.5);
    expect(dialled).toBeLessThan(0.75);
  });

  it('fails by numbers that are there for it', async () => {
    const clock = new ManualClock();
    for (const [number, why] of Object.entries(failingNumbers)) {
      const asked = simulatedCheck(clock).check(['+8615400000137', number], new AbortController().signal);
      clock.advance(1000);
      expect(await asked).toMatchObject({ ok: false, why });
    }
  });
});

it('no more questions in a second than the vendor lets in, in the order of coming; who would wait too long is told at once', async () => {
  const clock = new ManualClock();
  const pacer = new Pacer(clock, 2);
  const { signal } = new AbortController();
  const letIn: number[] = [];
  const all = [1, 2, 3].map((n) => pacer.turn(1000, signal).then((may) => may && letIn.push(n)));
  expect(await pacer.turn(1000, signal)).toBe(false);
  await turn();
  expect(letIn).toEqual([1]);
  clock.advance(500);
  await turn();
  expect(letIn).toEqual([1, 2]);
  clock.advance(500);
  await Promise.all(all);
  expect(letIn).toEqual([1, 2, 3]);
});
