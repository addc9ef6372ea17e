import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseSlot, simPolicies, type SimWish, type SlotFacts } from './sim-choice.ts';
import type { SimRefusal } from './sim-governor.ts';

const slots = (...facts: [SlotFacts['obstacle'], number | null][]): SlotFacts[] =>
  facts.map(([obstacle, lastDialAt], index) => fact({ slot: index + 1, obstacle, lastDialAt }));
const fact = (change: Partial<SlotFacts> & { slot: number }): SlotFacts => ({
  obstacle: null,
  refusal: null,
  lastDialAt: null,
  dialsToday: 0,
  iccid: `8986010000000000000${change.slot}`,
  ownNumber: null,
  ...change,
});
const callee = '+8615400000137';
const none = { requested: null, chosen: null, callee, lastCard: null, regionOf: () => null };
const rests = (until: number): SimRefusal => ({ code: 'sim.gap', details: { seconds: 120 }, until });

describe('chooseSlot', () => {
  it('takes the slot that was clicked', () => {
    const wish = { ...none, policy: 'manual', chosen: 2 } as const;
    expect(chooseSlot(slots([null, null], [null, 5]), wish)).toEqual({
      ok: true,
      value: { slot: 2, reason: 'manual' },
    });
  });
  it('never swaps a named slot for another one', () => {
    const cards = slots([null, null], ['sim.pin-required', null]);
    const error = { ok: false, error: { slot: 2, code: 'sim.pin-required' } };
    expect(chooseSlot(cards, { ...none, policy: 'manual', chosen: 2 })).toEqual(error);
    expect(chooseSlot(cards, { ...none, requested: 2, policy: 'rotate', chosen: 1 })).toEqual(error);
    expect(chooseSlot(cards, { ...none, requested: 5, policy: 'rotate', chosen: 1 })).toMatchObject({
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

describe('the policies', () => {
  const take = (cards: readonly SlotFacts[], wish: Partial<SimWish>): unknown => {
    const choice = chooseSlot(cards, { ...none, policy: 'rotate', ...wish });
    return choice.ok ? [choice.value.slot, choice.value.reason] : choice.error;
  };

  it('最少使用 takes the card with the fewest dials today, of several the one that rested longest', () => {
    const cards = [
      fact({ slot: 1, dialsToday: 7, lastDialAt: 1 }),
      fact({ slot: 2, dialsToday: 3, lastDialAt: 9 }),
      fact({ slot: 3, dialsToday: 3, lastDialAt: 5 }),
      fact({ slot: 4, dialsToday: 0, obstacle: 'sim.absent' }),
      fact({ slot: 5, dialsToday: 0, refusal: rests(50) }),
    ];
    expect(take(cards, { policy: 'least-used' })).toEqual([3, 'least-used']);
  });

  it('号码归属地优先 takes a card from where the callee is, and says when it cannot', () => {
    const regions: Readonly<Record<string, string>> = { [callee]: '杭州', hz: '杭州', nb: '宁波' };
    const regionOf = (number: string): string | null => regions[number] ?? null;
    const cards = [
      fact({ slot: 1, ownNumber: 'nb' }),
      fact({ slot: 2, ownNumber: 'hz', lastDialAt: 9 }),
      fact({ slot: 3, ownNumber: null }),
    ];
    const local = { policy: 'local-first', regionOf } as const;
    expect(take(cards, local)).toEqual([2, 'local-first']);
    expect(take(cards.toSpliced(1, 1), local)).toEqual([1, 'local-none']);
    expect(take(cards, { ...local, callee: 'somewhere' })).toEqual([1, 'local-unknown']);
    expect(take(cards, { ...local, regionOf: () => null })).toEqual([1, 'local-unknown']);
    expect(take(slots([null, null], [null, null]), local)).toEqual([1, 'local-unknown']);
  });

  it('老客户同卡 takes the card that this number saw last, wherever it sits now, and says when it cannot', () => {
    const cards = [fact({ slot: 1 }), fact({ slot: 2, lastDialAt: 9 }), fact({ slot: 3, lastDialAt: 5 })];
    const seen = cards[1]?.iccid ?? null;
    const same = { policy: 'same-card', lastCard: seen } as const;
    expect(take(cards, same)).toEqual([2, 'same-card']);
    expect(take(cards, { ...same, lastCard: null })).toEqual([1, 'same-card-new']);
    expect(take(cards, { ...same, lastCard: 'another' })).toEqual([1, 'same-card-away']);
    expect(take(cards.with(1, fact({ slot: 2, obstacle: 'sim.failed' })), same)).toEqual([1, 'same-card-away']);
    expect(take(cards.with(1, fact({ slot: 2, refusal: rests(50) })), same)).toEqual([1, 'same-card-resting']);
  });

  it('手动 on a spent card is refused with its rule, its time and the card that could instead', () => {
    const cards = [fact({ slot: 1, refusal: rests(70) }), fact({ slot: 2, obstacle: 'sim.absent' }), fact({ slot: 3 })];
    const details = { seconds: 120, slot: 1, nextAt: 70, other: 3 };
    const refused = { slot: 1, code: 'sim.gap', details };
    expect(take(cards, { policy: 'manual', chosen: 1 })).toEqual(refused);
    expect(take(cards, { requested: 1 })).toEqual(refused);
    expect(take(cards, { policy: 'manual', chosen: 3 })).toEqual([3, 'manual']);
  });

  it('all spent: tells the card that may dial first, and when; one card alone tells its own rule', () => {
    const cards = [
      fact({ slot: 1, refusal: rests(70) }),
      fact({ slot: 2, obstacle: 'sim.absent' }),
      fact({ slot: 3, refusal: rests(50) }),
    ];
    const all = { slot: 3, code: 'sim.all-spent', details: { count: 2, slot: 3, nextAt: 50, switchTo: null } };
    for (const policy of simPolicies) expect(take(cards, { policy, chosen: 1 })).toEqual(all);
    expect(take(cards.slice(0, 2), {})).toMatchObject({ code: 'sim.gap', details: { slot: 1, nextAt: 70 } });
  });

  it('behind a slot switch tells which card would do after a switch, and never switches by itself', () => {
    const cards = [
      fact({ slot: 1, refusal: rests(70) }),
      fact({ slot: 2, obstacle: 'sim.not-selected', refusal: rests(60) }),
      fact({ slot: 3, obstacle: 'sim.not-selected' }),
    ];
    for (const policy of simPolicies)
      expect(take(cards, { policy, chosen: 1 })).toMatchObject({ code: 'sim.gap', details: { slot: 1, switchTo: 3 } });
  });

  it('never take a slot that cannot dial or that the governor refuses', () => {
    const slot = fc.record({
      obstacle: fc.constantFrom(null, null, 'sim.absent' as const, 'sim.pin-required' as const),
      refusal: fc.option(fc.integer({ min: 1, max: 99 }).map(rests)),
      dialsToday: fc.integer({ min: 0, max: 3 }),
      ownNumber: fc.constantFrom(null, 'hz', 'nb'),
      lastDialAt: fc.option(fc.integer({ min: 0, max: 9 })),
    });
    fc.assert(
      fc.property(
        fc.array(slot, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(...simPolicies),
        fc.option(fc.integer({ min: 1, max: 5 })),
        fc.option(fc.integer({ min: 1, max: 6 })),
        (drawn, policy, chosen, last) => {
          const cards = drawn.map((each, index) => fact({ ...each, slot: index + 1 }));
          const lastCard = last === null ? null : `8986010000000000000${last}`;
          const regionOf = (number: string): string | null => (number === 'nb' ? '宁波' : '杭州');
          const choice = chooseSlot(cards, { ...none, policy, chosen, lastCard, regionOf });
          const can = cards.filter(({ obstacle, refusal }) => obstacle === null && refusal === null);
          if (choice.ok) expect(can.map(({ slot: one }) => one)).toContain(choice.value.slot);
          else if (policy !== 'manual' || chosen === null) expect(can).toEqual([]);
        },
      ),
    );
  });
});
