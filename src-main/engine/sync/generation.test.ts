import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import type { CloudLead } from '#shared/cloud-contract/contract.ts';
import { createWritable } from '../database/connection.ts';
import { createKeyValueStore } from '../database/key-value.ts';
import { migrations } from '../database/migrations/index.ts';
import { openDatabase, type Database } from '../database/open-database.ts';
import { WriteTurn } from '../database/write-turn.ts';
import { generationRows } from '../generation-rows.ts';
import { sampleLead } from '../testing/sample-leads.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { workerFile } from '../worker-file.ts';
import { createGenerations } from './generation-thread.ts';
import { nothingRead } from './generation.ts';
import { GenerationBuilder } from './generation-writer.ts';
import { testCall } from './testing/test-call.ts';

const engineFolder = new URL('../workspace.ts', import.meta.url).href;
const ids = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

interface Page {
  readonly after: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Pages of one history: leads, a call with each fifth of them, and an employee, for whom the loop has the applier. */
function historyOf(epoch: string, leads: readonly CloudLead[], pageRows: number): Page[] {
  const rows = leads.flatMap((row, n) => [
    { type: 'lead', id: row.id, row: row as unknown },
    ...(n % 5 === 0 ? [{ type: 'call', id: callId(n), row: { ...testCall(callId(n), 1), employeeId: row.id } }] : []),
  ]);
  rows.push({ type: 'employee', id: 'e', row: { name: '王芳' } });
  const log = rows.map((row, index) => ({ seq: index + 1, ...row }));
  return ids(0, Math.ceil(log.length / pageRows)).map((n) => {
    const changes = log.slice(n * pageRows, (n + 1) * pageRows);
    const next = n * pageRows + changes.length;
    const page = { epoch, serverTime: 0, changes, next, hidden: 0, hasMore: next < log.length };
    return { after: n * pageRows, bytes: new TextEncoder().encode(JSON.stringify(page)) };
  });
}
const callId = (n: number): string => `019b0000-0000-7000-8000-${String(n).padStart(12, '0')}`;

const old = ids(0, 12).map((n) => sampleLead(n, { companyName: `旧 ${n}` }));
const renewed = ids(6, 20).map((n) => sampleLead(n, { companyName: `新 ${n}` }));

interface Desk extends Database {
  readonly path: string;
  /** Names of the leads, found by the index of their text too. */
  names(): string[];
  facts(): (string | undefined)[];
}

function openDesk(path = join(tempFolder(), 'desk.db')): Desk {
  const database = openDatabase(path, { migrations, logger: silentLogger });
  onTestFinished(() => database.close());
  const { read, write } = database;
  const meta = createKeyValueStore(write);
  return {
    ...database,
    path,
    names() {
      const all = read.all<{ name: string }>('SELECT company_name AS name FROM lead ORDER BY id');
      return all.map(({ name }) => name);
    },
    facts: () => ['sync.epoch', 'sync.cursor'].map((key) => meta.get(key)),
  };
}

/** The thread's work on this thread. Dies before the commit of a certain transaction, each step having one of its own. */
function builderOf(
  desk: Desk,
  diesAt = Infinity,
): { builder: GenerationBuilder; close: () => void; count: () => number } {
  const connection = new BetterSqlite(desk.path);
  connection.pragma('synchronous = OFF');
  const honest = createWritable(connection);
  let transactions = 0;
  let time = 0;
  const db = {
    ...honest,
    transaction: <T>(work: () => T): T =>
      honest.transaction(() => {
        const result = work();
        if ((transactions += 1) >= diesAt) throw new Error('killed');
        return result;
      }),
  };
  const now = (): number => (time += 1000);
  const builder = new GenerationBuilder({ db, turn: new WriteTurn(), rows: generationRows, now });
  return { builder, close: () => connection.close(), count: () => transactions };
}

/** From where it stands to the swap. */
function readAll(builder: GenerationBuilder, pages: readonly Page[]): void {
  const { after } = builder.begin();
  for (const page of pages) {
    // What was taken of a page before is not asked for again.
    builder.look([behind(page.bytes, after)], Math.max(after, page.after));
    builder.take();
  }
  builder.swap();
}

describe('a generation', () => {
  it('is the old one or the new one, whole, at whatever step the program dies, and the next start finishes it', () => {
    const [first, second] = [historyOf('one', old, 100), historyOf('two', renewed, 100)];
    const expected = [old, renewed].map((rows) => rows.map(({ companyName }) => companyName));
    let swaps = 0;
    for (let diesAt = 1, done = false; !done; diesAt += 3) {
      const desk = openDesk();
      const before = builderOf(desk);
      readAll(before.builder, first);
      before.builder.clean();
      before.close();
      const dying = builderOf(desk, diesAt);
      try {
        readAll(dying.builder, second);
        dying.builder.clean();
        done = true;
      } catch (error) {
        expect((error as Error).message).toBe('killed');
      }
      dying.close();
      desk.close();
      const again = openDesk(desk.path);
      const isNew = again.facts()[0] === 'two';
      swaps += isNew ? 1 : 0;
      expect(again.names()).toEqual(isNew ? expected[1] : expected[0]);
      const finishing = builderOf(again);
      if (!isNew) readAll(finishing.builder, second);
      finishing.builder.clean();
      finishing.close();
      expect([again.names(), again.facts()]).toEqual([expected[1], ['two', '18']]);
      expect(again.read.all(`SELECT name FROM sqlite_schema WHERE name GLOB 'old_*' OR name GLOB 'next_*'`)).toEqual(
        [],
      );
      again.close();
    }
    // It died on both sides of the swap.
    expect(swaps).toBeGreaterThan(1);
  });

  it('keeps for the loop what no writer of it takes, and what the cloud does not count as seen is known', () => {
    const desk = openDesk();
    const { builder, close } = builderOf(desk);
    readAll(builder, historyOf('one', old, 8));
    close();
    expect(desk.read.all('SELECT type, id, row FROM deferred_change')).toEqual([{ type: 'employee', id: 'e', row: '{"name":"王芳"}' }]); // prettier-ignore
    const seen = desk.read.all<{ type: string; rev: number | null }>(
      'SELECT type, rev FROM generation_seen ORDER BY type',
    );
    expect(seen.map(({ type, rev }) => `${type} ${rev}`)).toEqual(['call 1', 'call 1', 'call 1', 'employee null']);
  });

  it('whose history lacks numbers keeps what it did not see, but for what it saw go', () => {
    const desk = openDesk();
    const before = builderOf(desk);
    readAll(before.builder, historyOf('one', old, 100));
    before.builder.clean();
    before.close();
    const { builder, close } = builderOf(desk);
    const [seen, gone] = [old[3], old[4]];
    const changes = [
      { seq: 2, type: 'lead', id: seen?.id, row: { ...seen, companyName: '改名' } },
      { seq: 3, type: 'lead', id: gone?.id, row: null },
    ];
    builder.begin();
    const page = { epoch: 'two', serverTime: 0, changes, next: 3, hidden: 0, hasMore: false };
    expect(builder.look([new TextEncoder().encode(JSON.stringify(page))], 0).missing).toBe(1);
    builder.take();
    builder.swap();
    close();
    expect(desk.names()).toEqual(['旧 0', '旧 1', '旧 2', '改名', ...ids(5, 12).map((n) => `旧 ${n}`)]);
    expect(desk.read.get('SELECT count(*) AS n FROM call')).toEqual({ n: 3 });
  });
});

function behind(bytes: Uint8Array, after: number): Uint8Array<ArrayBuffer> {
  const page = JSON.parse(new TextDecoder().decode(bytes)) as { changes: { seq: number }[] };
  return new TextEncoder().encode(JSON.stringify({ ...page, changes: page.changes.filter(({ seq }) => seq > after) }));
}

describe('the thread', () => {
  it('reads beside a loop that goes on writing, is left in the middle and goes on where it was', async () => {
    const desk = openDesk();
    const file = workerFile(engineFolder, 'generation-worker');
    const generations = createGenerations({ database: desk, file, logger: silentLogger });
    const leads = ids(0, 600).map((n) => sampleLead(n));
    const pages = historyOf('one', leads, 100);
    const reader = generations.open();
    expect(await reader.begin()).toEqual(nothingRead);
    for (const { bytes, after } of pages.slice(0, 3)) {
      // In parts, as they come: a character may be torn between two.
      await reader.look([bytes.slice(0, 201), bytes.slice(201, 202), bytes.slice(202)], after);
      const taking = reader.take();
      for (let n = 0; n < 20; n += 1) createKeyValueStore(desk.write).set(`during ${after}`, String(n));
      await taking;
    }
    reader.dispose();
    await expect(reader.take()).rejects.toMatchObject({ code: 'cancelled' });
    expect(desk.names()).toEqual([]);
    const other = generations.open();
    expect(await other.begin()).toEqual({ epoch: 'one', after: 300, floor: 0, whole: true, rows: 300, share: null });
    await expect(other.look([new TextEncoder().encode('not JSON')], 300)).rejects.toMatchObject({
      code: 'cloud.refused',
    });
    for (const { bytes, after } of pages.slice(3)) {
      await other.look([bytes.slice()], after);
      await other.take();
    }
    await other.swap();
    expect([desk.names().length, generations.isUnclean()]).toEqual([600, true]);
    await other.clean();
    expect([desk.names().length, generations.isUnclean()]).toEqual([600, false]);
    other.dispose();
    await generations.ended();
    expect(desk.facts()).toEqual(['one', '721']);
  });
});
