import { describe, expect, it } from 'vitest';
import type { CloudListing } from '#shared/cloud-contract/contract.ts';
import { createOutbox, type CloudOpResult, type Outbox } from '../../sync/index.ts';
import { queryPlan, testDatabase } from '../../testing/test-database.ts';
import { testContext, type TestContext } from '../../testing/test-context.ts';
import { createNumberLists } from './index.ts';
import type { NumberLists } from './number-lists.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import { barringAmongSql, barringSql, listingPageSql, listingWhere } from './repository.ts';

const number = '+8615400000137';

interface Rig {
  readonly lists: NumberLists;
  readonly outbox: Outbox;
  readonly context: TestContext;
  readonly person: { role: Role };
  pull(...rows: { id: string; row: Partial<CloudListing> | null }[]): readonly string[];
  /** What the cloud answers to everything that waits. */
  answer(result: Omit<CloudOpResult, 'opId'>): void;
}

function rig(): Rig {
  const { write: db } = testDatabase();
  const context = testContext();
  const outbox: Outbox = createOutbox({
    context,
    db,
    readers: { 'call.put': () => null },
    putBack: (tx, deed, row) => lists.putBack(tx, deed, row),
    redo(tx, deed) {
      if (deed.type === 'listing.request' || deed.type === 'listing.withdraw') lists.redo(tx, deed);
    },
  });
  const person = { role: 'agent' as Role };
  const { lists, applier } = createNumberLists({
    context,
    db,
    deeds: outbox,
    role: () => person.role,
    customersAt: () => new Map([[number, '锦程示例']]),
  });
  return {
    lists,
    outbox,
    context,
    person,
    pull: (...changes) => db.transaction(() => applier.apply(db, changes)),
    answer: (result) => outbox.settle(outbox.take().map(({ opId }) => ({ opId, ...result }))),
  };
}

let ids = 0;
const entry = (change: Partial<CloudListing> = {}) => {
  const id = `0190a000-0000-7000-8000-${String((ids += 1)).padStart(12, '0')}`;
  const row: CloudListing = {
    ...{ id, list: 'blacklist', number, reason: '投诉', state: 'approved', expiresAt: null },
    ...{ requestedAt: 1, own: false, decisionNote: '' },
    ...change,
  };
  return { id, row };
};

describe('the lists on a desk', () => {
  it('bar a number while an entry is in force, and not a moment longer', () => {
    const { lists, pull, context } = rig();
    const until = context.clock.now() + 1000;
    pull(entry({ expiresAt: until }), entry({ number: '+8615400000138' }));
    expect(lists.listed(number)).toEqual({ list: 'blacklist', reason: '投诉' });
    context.clock.advance(999);
    expect(lists.listed(number)).not.toBeNull();
    context.clock.advance(1);
    expect(lists.listed(number)).toBeNull();
    expect(lists.listed('+8615400000138')).not.toBeNull();
  });

  it('bar nothing by what only waits or was turned down, and let go what the cloud has taken off', () => {
    const { lists, pull } = rig();
    for (const state of ['requested', 'rejected', 'removed'] as const) pull(entry({ state }));
    expect(lists.listed(number)).toBeNull();
    const [blacklisted, invalid] = [entry(), entry({ list: 'invalid', reason: '空号' })];
    pull(invalid, blacklisted);
    expect(lists.listed(number)).toEqual({ list: 'blacklist', reason: '投诉' });
    pull({ id: blacklisted.id, row: null });
    expect(lists.listed(number)).toEqual({ list: 'invalid', reason: '空号' });
    pull({ ...invalid, row: { ...invalid.row, state: 'removed' } });
    expect(lists.listed(number)).toBeNull();
  });

  it('say the same of a whole page of numbers', () => {
    const { lists, pull, context } = rig();
    const at = (n: number): string => `+861540000020${n}`;
    const soon = context.clock.now() + 1000;
    pull(
      entry({ number: at(1) }),
      entry({ number: at(2), list: 'invalid' }),
      ...[entry({ number: at(3), list: 'invalid' }), entry({ number: at(3) })],
      ...[entry({ number: at(4), state: 'requested' }), entry({ number: at(5), expiresAt: soon })],
    );
    const page = [0, 1, 2, 3, 4, 5].map(at);
    const listed = () => page.map((one) => lists.barred(page).get(one) ?? null);
    expect(listed()).toEqual([null, 'blacklist', 'invalid', 'blacklist', null, 'blacklist']);
    expect(listed()).toEqual(page.map((one) => lists.listed(one)?.list ?? null));
    context.clock.advance(1000);
    expect(listed()).toEqual([null, 'blacklist', 'invalid', 'blacklist', null, null]);
    expect(lists.barred([]).size).toBe(0);
  });

  it('set aside what a newer cloud says in words of its own', () => {
    const { lists, pull } = rig();
    const strange = entry({ list: 'greylist' as never });
    expect(pull(strange, entry())).toEqual([strange.id]);
    expect(lists.of(number)).toHaveLength(1);
  });

  it('find a number by an index', () => {
    for (const sql of [barringSql, barringAmongSql])
      expect(queryPlan(testDatabase(), sql)[0]).toContain('USING INDEX listing_by_number');
  });
});

describe('a request', () => {
  const request = { list: 'invalid', number: '154 0000 0137', reason: '空号', callId: null } as const;

  it('is on its way at once, seen here, asked for once, and bars nothing yet', () => {
    const { lists, outbox } = rig();
    const seen: number[] = [];
    lists.onChange((rev) => seen.push(rev));
    lists.request(request);
    lists.request(request);
    expect(lists.of('0086 154-0000-0137')).toMatchObject([
      { list: 'invalid', state: 'requested', own: true, reason: '空号' },
    ]);
    expect(outbox.take()).toMatchObject([
      { type: 'listing.request', row: { list: 'invalid', number, reason: '空号', callId: null } },
    ]);
    expect(lists.listed(number)).toBeNull();
    expect(seen).toHaveLength(1);
    lists.request({ ...request, list: 'blacklist' });
    expect(outbox.waiting()).toBe(2);
  });

  it('goes from the desk when the cloud refuses it, its words are kept, and sent again it is back', () => {
    const { lists, outbox, answer } = rig();
    lists.request(request);
    answer({ status: 'rejected', code: 'input.invalid' });
    expect(lists.of(number)).toEqual([]);
    const [refused] = outbox.rejected();
    expect(refused).toMatchObject({ type: 'listing.request', subject: number, row: { reason: '空号' } });
    outbox.retry(refused?.opId ?? '');
    expect(lists.of(number)).toMatchObject([{ state: 'requested', own: true }]);
    answer({ status: 'applied' });
    expect(outbox.confirmed(refused?.entityId ?? '')).toBe(true);
  });

  it('may be made again when the one before was decided', () => {
    const { lists, outbox, pull } = rig();
    pull(entry({ own: true, state: 'rejected', decisionNote: '客户仍在合作' }));
    lists.request({ ...request, list: 'blacklist' });
    expect(outbox.waiting()).toBe(1);
  });

  it('is refused, in words, for what nobody can be called at', () => {
    const { lists } = rig();
    expect(() => lists.request({ ...request, number: '110' })).toThrow(
      expect.objectContaining({ code: 'listing.not-a-customer' }),
    );
    expect(() => lists.request({ ...request, number: '12a' })).toThrow(
      expect.objectContaining({ code: 'number.has-letters' }),
    );
    expect(lists.of('12a')).toEqual([]);
  });
});

describe('a page of a list', () => {
  const first = { offset: 0, limit: 100 };

  it('has what bars now, newest first, or what this person has asked for, whatever became of it', () => {
    const { lists, pull, context } = rig();
    const now = context.clock.now();
    pull(
      entry({ requestedAt: 1, number: '+8615400000201' }),
      entry({ requestedAt: 3, number: '+8615400000203', expiresAt: now }),
      entry({ requestedAt: 2, number: '+8615400000202', own: true, expiresAt: now + 1 }),
      entry({ requestedAt: 4, number: '+8615400000204', own: true, state: 'rejected', decisionNote: '仍在合作' }),
      entry({ requestedAt: 5, number: '+8615400000205', list: 'invalid' }),
    );
    const of = (view: 'in-force' | 'own') => lists.page({ list: 'blacklist', view, ...first });
    expect(of('in-force')).toMatchObject({ total: 2, rows: [{ requestedAt: 2 }, { requestedAt: 1 }] });
    expect(of('own')).toMatchObject({
      total: 2,
      rows: [{ requestedAt: 4, decisionNote: '仍在合作' }, { requestedAt: 2 }],
    });
    context.clock.advance(10_000);
    expect(of('in-force').total).toBe(1);
    expect(lists.page({ list: 'blacklist', view: 'own', offset: 1, limit: 1 })).toMatchObject({ total: 2, rows: [{ requestedAt: 2 }] }); // prettier-ignore
  });

  it('tells an agent what they have asked for, and of others what one recognises; managers all', () => {
    const { lists, pull, person } = rig();
    pull(entry(), entry({ number: '+8615400000139', own: true, requestedAt: 0 }));
    const shown = () => lists.page({ list: 'blacklist', view: 'in-force', ...first }).rows;
    expect(shown()).toMatchObject([
      { number: '154 **** 0137', hidden: true, customer: '锦程示例' },
      { number: '+8615400000139', hidden: false, customer: null },
    ]);
    person.role = 'manager';
    expect(shown()).toMatchObject([{ number: '+8615400000137', hidden: false }, {}]);
  });

  it('finds a number by how it begins, how it ends, and as people write it; by nothing else', () => {
    const { lists, pull } = rig();
    pull(entry(), entry({ number: '+8657188880000' }), entry({ number: '4001234567' }));
    const count = (search: string) => lists.page({ list: 'blacklist', view: 'in-force', search, ...first }).total;
    expect(['0137', '154', '154 0000 0137', '+86 154', '0571', '8888 0000', '4001234567', '１５４'].map(count)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]); // prettier-ignore
    expect(['40000', '锦程', '9999'].map(count)).toEqual([0, 0, 0]);
  });

  it('is read over the index of its view, however deep', () => {
    const database = testDatabase();
    const plan = (view: 'in-force' | 'own') =>
      queryPlan(database, listingPageSql(listingWhere({ list: 'invalid', view }, 1).sql)).join();
    expect(plan('in-force')).toContain('SEARCH listing USING COVERING INDEX listing_in_force');
    expect(plan('own')).toContain('SEARCH listing USING COVERING INDEX listing_own');
  });
});

describe('a request that is taken back', () => {
  const asked = (there: Rig): string => {
    there.lists.request({ list: 'blacklist', number, reason: '投诉', callId: null });
    return there.lists.page({ list: 'blacklist', view: 'own', offset: 0, limit: 1 }).rows[0]?.id ?? '';
  };
  const state = (there: Rig) => there.lists.of(number)[0]?.state;

  it('is so at once, before the cloud knows of either, and does not come back by an older word', () => {
    const there = rig();
    const id = asked(there);
    there.lists.withdraw(id);
    there.lists.withdraw(id);
    expect(state(there)).toBe('removed');
    expect(there.outbox.take().map(({ type }) => type)).toEqual(['listing.request', 'listing.withdraw']);
    there.pull({ ...entry({ own: true, state: 'requested' }), id, row: { ...entry({ own: true, state: 'requested' }).row, id } }); // prettier-ignore
    expect(state(there)).toBe('removed');
    there.answer({ status: 'applied' });
    expect(there.lists.page({ list: 'blacklist', view: 'own', offset: 0, limit: 1 }).rows).toMatchObject([{ waiting: false }]); // prettier-ignore
  });

  it('too late is what was decided; refused for another reason it waits again', () => {
    const there = rig();
    const id = asked(there);
    there.answer({ status: 'applied' });
    there.lists.withdraw(id);
    there.answer({ status: 'rejected', code: 'input.invalid' });
    expect(state(there)).toBe('requested');
    there.lists.withdraw(id);
    const row = { ...entry({ own: true, state: 'approved' }).row, id };
    there.answer({ status: 'rejected', code: 'listing.decided', details: { by: '赵明' }, row });
    expect(state(there)).toBe('approved');
    expect(there.lists.listed(number)).not.toBeNull();
    expect(() => there.lists.withdraw(id)).toThrow(expect.objectContaining({ code: 'listing.decided' }));
  });

  it("is one's own", () => {
    const there = rig();
    const { id, row } = entry({ state: 'requested' });
    there.pull({ id, row });
    expect(() => there.lists.withdraw(id)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});
