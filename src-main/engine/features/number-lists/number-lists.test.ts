import { describe, expect, it } from 'vitest';
import type { CloudListing } from '#shared/cloud-contract/contract.ts';
import { createOutbox, type CloudOpResult, type Outbox } from '../../sync/index.ts';
import { queryPlan, testDatabase } from '../../testing/test-database.ts';
import { testContext, type TestContext } from '../../testing/test-context.ts';
import { createNumberLists } from './index.ts';
import type { NumberLists } from './number-lists.ts';
import { barringSql } from './repository.ts';

const number = '+8615400000137';

interface Rig {
  readonly lists: NumberLists;
  readonly outbox: Outbox;
  readonly context: TestContext;
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
    putBack: (tx, deed) => lists.putBack(tx, deed),
    redo(tx, deed) {
      if (deed.type === 'listing.request') lists.redo(tx, deed);
    },
  });
  const { lists, applier } = createNumberLists({ context, db, deeds: outbox });
  return {
    lists,
    outbox,
    context,
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

  it('set aside what a newer cloud says in words of its own', () => {
    const { lists, pull } = rig();
    const strange = entry({ list: 'greylist' as never });
    expect(pull(strange, entry())).toEqual([strange.id]);
    expect(lists.of(number)).toHaveLength(1);
  });

  it('find a number by an index', () => {
    expect(queryPlan(testDatabase(), barringSql)[0]).toContain('USING INDEX listing_by_number');
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
