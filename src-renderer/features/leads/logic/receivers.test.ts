import { describe, expect, it } from 'vitest';
import { limitsOf, roomOf, shareOut, type LeadReceiver } from './receivers.ts';

const person = (id: string, follows: number, limit: number | null | undefined): LeadReceiver => ({ id, name: id, department: '', follows, limit }); // prettier-ignore

describe('whom leads are given to', () => {
  it('have room up to their limit; one that is not known bars nobody', () => {
    expect([person('a', 3, 10), person('b', 12, 10), person('c', 3, null), person('d', 3, undefined)].map(roomOf)).toEqual([7, 0, null, null]); // prettier-ignore
  });

  it('share what there is, as far as they have room', () => {
    const leads = Array.from({ length: 6 }, (_, n) => ({ id: String(n), ownerId: n === 0 ? 'a' : null }));
    const { gifts, there, over } = shareOut(leads, [person('a', 9, 10), person('b', 0, 3)]);
    expect([gifts.map(({ ids }) => ids.length), there, over]).toEqual([[1, 3], 1, 1]);
  });

  it('hold by the rules of their department, else by the company’s', () => {
    const departments = [{ id: 'd1', name: '销售一部' }, { id: 'd2', name: '销售二部' }]; // prettier-ignore
    const rules = [{ departmentId: null, holdLimit: 300 }, { departmentId: 'd2', holdLimit: null }]; // prettier-ignore
    expect(['销售一部', '销售二部', ''].map(limitsOf(rules, departments))).toEqual([300, null, 300]);
    expect(limitsOf([], departments)('销售一部')).toBeNull();
  });
});
