import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recentSwitches, switchBudget } from './switch-budget.ts';

const dayMs = 24 * 60 * 60 * 1000;
const now = 1_790_000_000_000;

describe('switchBudget', () => {
  it('keeps the last change of the day for the way back', () => {
    expect(switchBudget([], 30, now)).toEqual({ left: 29, nextAt: null });
    const times = Array.from({ length: 28 }, (_, n) => now - n * 1000);
    expect(switchBudget(times, 30, now).left).toBe(1);
    expect(switchBudget([...times, now - dayMs / 2], 30, now)).toEqual({ left: 0, nextAt: now + dayMs / 2 });
  });

  it('knows no end where the make sets none', () => {
    expect(switchBudget([now, now], null, now)).toEqual({ left: Number.POSITIVE_INFINITY, nextAt: null });
  });

  it('counts a change that lies in the future: a clock set back opens nothing', () => {
    expect(recentSwitches([now + dayMs * 3, now - dayMs, now - 1], now)).toEqual([now + dayMs * 3, now - 1]);
  });

  it('never lets more than the limit happen in 24 hours, the way back of each included, and says exactly when it opens', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: dayMs / 8 }), { maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 2, max: 12 }), fc.boolean(), (steps, limit, fails) => {
        let at = now;
        let times: number[] = [];
        for (const step of steps) {
          at += step;
          const budget = switchBudget(times, limit, at);
          if (budget.left > 0) times = [...times, at, ...(fails ? [at] : [])];
          else {
            const nextAt = budget.nextAt ?? at;
            expect(switchBudget(times, limit, nextAt - 1).left).toBe(0);
            expect(switchBudget(times, limit, nextAt).left).toBeGreaterThan(0);
          }
          expect(recentSwitches(times, at).length).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });
});
