import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadLeads, type Receiver, type SpreadLead } from './lead-spread.ts';

const leadsOf = (count: number): SpreadLead[] =>
  Array.from({ length: count }, (_, n) => ({ id: `l${n}`, ownerId: null }));
const counts = (leads: readonly SpreadLead[], receivers: readonly Receiver[]): number[] =>
  spreadLeads(leads, receivers).gifts.map(({ ids }) => ids.length);

describe('leads that are spread over people', () => {
  it('go to each in turn, down the list', () => {
    const { gifts } = spreadLeads(leadsOf(5), [
      { id: 'a', room: null },
      { id: 'b', room: null },
    ]);
    expect(gifts).toEqual([
      { to: 'a', ids: ['l0', 'l2', 'l4'], owners: [null, null, null] },
      { to: 'b', ids: ['l1', 'l3'], owners: [null, null] },
    ]);
  });

  it('pass over who has no room left, and say what nobody has room for', () => {
    const receivers = [{ id: 'a', room: 1 }, { id: 'b', room: null }, { id: 'c', room: 0 }]; // prettier-ignore
    expect(counts(leadsOf(9), receivers)).toEqual([1, 8, 0]);
    expect(spreadLeads(leadsOf(9), [{ id: 'a', room: 4 }])).toMatchObject({ over: 5 });
    expect(spreadLeads(leadsOf(2), [])).toEqual({ gifts: [], there: 0, over: 2 });
  });

  it('stay with one of the receivers who follows them already', () => {
    const leads = [{ id: 'mine', ownerId: 'a' }, { id: 'theirs', ownerId: 'x' }, { id: 'free', ownerId: null }]; // prettier-ignore
    const receivers = [{ id: 'a', room: null }, { id: 'b', room: null }]; // prettier-ignore
    expect(spreadLeads(leads, receivers)).toEqual({
      gifts: [{ to: 'a', ids: ['theirs'], owners: ['x'] }, { to: 'b', ids: ['free'], owners: [null] }],
      there: 1,
      over: 0,
    }); // prettier-ignore
  });

  it('are each given once at most, nobody gets more than there is room for, and nobody two more than another who has room', () => {
    const receiver = fc.option(fc.nat(20));
    fc.assert(
      fc.property(fc.nat(120), fc.array(receiver, { maxLength: 8 }), (count, rooms) => {
        const receivers = rooms.map((room, n) => ({ id: `p${n}`, room }));
        const { gifts, over, there } = spreadLeads(leadsOf(count), receivers);
        const given = gifts.flatMap(({ ids }) => ids);
        expect(new Set(given).size).toBe(given.length);
        expect(given.length + over + there).toBe(count);
        const most = Math.max(0, ...gifts.map(({ ids }) => ids.length));
        for (const [n, { ids }] of gifts.entries()) {
          const room = rooms[n] ?? Infinity;
          expect(ids.length).toBeLessThanOrEqual(room);
          if (ids.length < room) expect(most - ids.length).toBeLessThanOrEqual(1);
          if (ids.length < room) expect(over).toBe(0);
        }
      }),
    );
  });
});
