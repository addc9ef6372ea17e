import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseSlot, type SlotFacts } from './sim-choice.ts';

const slots = (...facts: [SlotFacts['obstacle'], number | null][]): SlotFacts[] =>
  facts.map(([obstacle, lastDialAt], index) => ({ slot: index + 1, obstacle, lastDialAt }));
const none = { requested: null, chosen: null };

describe('chooseSlot', () => {
  it('takes the slot that was clicked', () => {
    const wish = { requested: null, policy: 'manual', chosen: 2 } as const;
    expect(chooseSlot(slots([null, null], [null, 5]), wish)).toEqual({
      ok: true,
      value: { slot: 2, reason: 'manual' },
    });
  });
  it('never swaps a named slot for another one', () => {
    const cards = slots([null, null], ['sim.pin-required', null]);
    const error = { ok: false, error: { slot: 2, code: 'sim.pin-required' } };
    expect(chooseSlot(cards, { requested: null, policy: 'manual', chosen: 2 })).toEqual(error);
    expect(chooseSlot(cards, { requested: 2, policy: 'rotate', chosen: 1 })).toEqual(error);
    expect(chooseSlot(cards, { requested: 5, policy: 'rotate', chosen: 1 })).toMatchObject({
      error: { code: 'sim.absent' },
    });
  });
  it('rotates to the usable slot that dialled longest ago, a fresh one first', () => {
    const wish = { ...none, policy: 'rotate' } as const;
    expect(chooseSlot(slots([null, 9], ['sim.absent', 1], [null, 5]), wish)).toEqual({
      ok: true,
      value: { slot: 3, reason: 'rotate' },
    });
    expect(chooseSlot(slots([null, 9], [null, null]), wish)).toMatchObject({ value: { slot: 2 } });
    expect(chooseSlot(slots([null, 9], ['sim.absent', 1]), wish)).toMatchObject({ value: { reason: 'only-one' } });
  });
  it('tells the obstacle that a person can mend', () => {
    const wish = { ...none, policy: 'rotate' } as const;
    expect(chooseSlot(slots(['sim.absent', null], ['sim.pin-required', null]), wish)).toEqual({
      ok: false,
      error: { slot: 2, code: 'sim.pin-required' },
    });
    expect(chooseSlot([], wish)).toMatchObject({ error: { code: 'phone.none' } });
  });
  it('uses every usable slot equally when it rotates', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 }), (count, dials) => {
        const last: (number | null)[] = Array.from({ length: count }, () => null);
        const used = last.map(() => 0);
        for (let time = 0; time < dials; time += 1) {
          const choice = chooseSlot(slots(...last.map((at): [null, number | null] => [null, at])), {
            ...none,
            policy: 'rotate',
          });
          if (!choice.ok) throw new Error(choice.error.code);
          last[choice.value.slot - 1] = time;
          used[choice.value.slot - 1] = (used[choice.value.slot - 1] ?? 0) + 1;
        }
        expect(Math.max(...used) - Math.min(...used)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
