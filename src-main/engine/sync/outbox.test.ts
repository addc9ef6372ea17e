import { describe, expect, it } from 'vitest';
import { queryPlan, testDatabase } from '../testing/test-database.ts';
import { testContext } from '../testing/test-context.ts';
import { createOutbox } from './outbox.ts';
import { testCall } from './testing/test-call.ts';

/** Calls are no deeds. */
const [putBack, redo] = [(): void => undefined, (): void => undefined];

describe('the outbox', () => {
  it('undoes an entry together with the change it belongs to', () => {
    const { write: db } = testDatabase();
    const outbox = createOutbox({
      context: testContext(),
      db,
      readers: { 'call.put': () => testCall('a', 1) },
      putBack,
      redo,
    });
    expect(() =>
      db.transaction(() => {
        outbox.enqueue(db, { type: 'call.put', entityId: 'a' });
        throw new Error('the change failed');
      }),
    ).toThrow('the change failed');
    expect(outbox.waiting()).toBe(0);
  });

  it('takes no more at once than a server likes to read, but always one', () => {
    const { write: db } = testDatabase();
    const note = 'x'.repeat(300 * 1024);
    const readers = { 'call.put': (_db: unknown, id: string) => ({ ...testCall(id, 1), note: id === 'huge' ? note.repeat(3) : note }) }; // prettier-ignore
    const outbox = createOutbox({ context: testContext(), db, readers, putBack, redo });
    for (const entityId of ['a', 'b', 'huge', 'c']) outbox.enqueue(db, { type: 'call.put', entityId });
    const rounds: string[][] = [];
    for (let ops = outbox.take(); ops.length > 0; ops = outbox.take()) {
      rounds.push(ops.map(({ row }) => row.id));
      outbox.settle(ops.map(({ opId }) => ({ opId, status: 'applied' })));
    }
    expect(rounds).toEqual([['a'], ['b'], ['huge'], ['c']]);
  });

  it('sets a row that cannot be read aside instead of standing still', () => {
    const { write: db } = testDatabase();
    const context = testContext();
    const read = (_db: unknown, id: string): ReturnType<typeof testCall> => {
      if (id === 'broken') throw new Error('no such column');
      return testCall(id, 1);
    };
    const outbox = createOutbox({ context, db, readers: { 'call.put': read }, putBack, redo });
    for (const entityId of ['broken', 'fine']) outbox.enqueue(db, { type: 'call.put', entityId });
    expect(outbox.take().map(({ row }) => row.id)).toEqual(['fine']);
    expect(outbox.rejected()).toMatchObject([{ entityId: 'broken', code: 'internal' }]);
    expect(context.logLines.join()).toContain('no such column');
  });

  it('finds what waits without reading what was rejected', () => {
    const database = testDatabase();
    const plan = (sql: string): string => queryPlan(database, sql).join();
    expect(plan(`SELECT count(*) FROM outbox WHERE state IN ('pending', 'sent')`)).toContain('outbox_waiting');
    expect(plan(`SELECT * FROM outbox WHERE state IN ('pending', 'sent') ORDER BY position LIMIT 100`)).toContain('outbox_waiting'); // prettier-ignore
    expect(plan(`SELECT 1 FROM outbox WHERE entity_id = 'a' LIMIT 1`)).toContain('outbox_by_entity');
  });
});
