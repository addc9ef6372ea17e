import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { generationRows } from '../generation-rows.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { NextGeneration, onNext } from './next-generation.ts';
import { openDatabase, type Database } from './open-database.ts';

const { tables } = generationRows;

interface Bench extends Database {
  readonly generation: NextGeneration;
  readonly names: (like: string) => string[];
  /** As the product: everything in one go. */
  build(number: number): void;
  clean(): number;
}

function setUp(): Bench {
  const database = openDatabase(join(tempFolder(), 'desk.db'), { migrations, logger: silentLogger });
  onTestFinished(() => database.close());
  const { write } = database;
  const generation = new NextGeneration(write, tables);
  return {
    ...database,
    generation,
    names: (like) =>
      write
        .all<{ name: string }>('SELECT name FROM sqlite_schema WHERE name GLOB ? ORDER BY name', [like])
        .map(({ name }) => name),
    build(number) {
      write.transaction(() => generation.create(number));
      for (const table of tables)
        for (let after: number | null = 0; after !== null;) after = generation.copyOwn(table, after, 2);
    },
    clean() {
      let steps = 0;
      while (write.transaction(() => generation.clean(2))) steps += 1;
      return steps;
    },
  };
}

/** @param own made here */
const putCall = (db: Database['write'], id: string, own: boolean, note = ''): void =>
  void db.run(
    `INSERT INTO call (id, rev, made_here, employee_id, direction, channel, state, number, number_reversed, number_typed,
       dial_string, started_at, note) VALUES (?, 1, ?, 'e', 'outbound', 'desk-phone', 'ended', '', '', '', '', 1, ?)`,
    [id, own ? 1 : 0, note],
  );
const calls = (db: Database['write']): unknown[] =>
  db.all<{ id: string; note: string }>('SELECT id, note FROM call ORDER BY id').map(({ id, note }) => `${id} ${note}`);

describe('a generation', () => {
  it('is made like the one in use, and after the swap what was prepared before finds it, by the same indexes', () => {
    const { write, read, generation, build, names, clean } = setUp();
    const shape = (): unknown =>
      tables.map(({ name }) => write.all(`SELECT name, type, "notnull", pk FROM pragma_table_info('${name}')`));
    const plan = (): string => JSON.stringify(write.all('EXPLAIN QUERY PLAN SELECT id FROM lead WHERE phone = 1'));
    const before = [shape(), names('call_by_*').length, names('lead_by_*').length];
    expect([calls(write), read.all('SELECT id FROM lead')]).toEqual([[], []]);
    build(1);
    putCall(onNext(write, tables), 'a', false);
    expect(calls(write)).toEqual([]);
    write.transaction(() => generation.swap());
    expect([calls(write), read.all('SELECT id FROM call')]).toEqual([['a '], [{ id: 'a' }]]);
    expect(clean()).toBeGreaterThan(0);
    expect([shape(), names('call_by_*').length, names('lead_by_*').length]).toEqual(before);
    expect(plan()).toContain('lead_by_phone_g1');
    // And again: names do not grow.
    build(2);
    write.transaction(() => generation.swap());
    clean();
    expect(names('lead_by_*')).toEqual(['lead_by_follow_up_g2', 'lead_by_phone_g2']);
    expect([names('old_*'), names('next_*'), names('generation_seen')]).toEqual([[], [], []]);
  });

  it("has what the desk made itself, also what it makes and changes while it is read; colleagues' rows it has not", () => {
    const { write, generation, build } = setUp();
    for (const id of ['own-1', 'own-2', 'own-3']) putCall(write, id, true, 'old');
    putCall(write, 'theirs', false);
    build(1);
    putCall(write, 'own-4', true, 'new');
    putCall(write, 'theirs-2', false);
    write.run(`UPDATE call SET note = 'changed' WHERE id IN ('own-2', 'own-4', 'theirs')`);
    const recording = `INSERT INTO recording (id, call_id, state, file, started_at, peak_ms, customer_peaks, agent_peaks)
      VALUES (?, ?, 'recording', ?, 1, 100, x'', x'')`;
    // The cloud sends back what it was told of an own call's recording.
    onNext(write, tables).run(recording, ['r-own', 'own-4', null]);
    write.run(recording, ['r-own', 'own-4', 'r.wav']);
    write.run(recording, ['r-theirs', 'theirs', null]);
    write.transaction(() => generation.swap());
    expect(calls(write)).toEqual(['own-1 old', 'own-2 changed', 'own-3 old', 'own-4 changed']);
    expect(write.all('SELECT id, file FROM recording')).toEqual([{ id: 'r-own', file: 'r.wav' }]);
    // Behind the swap nothing follows any more.
    putCall(write, 'own-5', true);
    expect(calls(write)).toHaveLength(5);
  });

  it('that is given up is taken away bit by bit, and nothing of the one in use with it', () => {
    const { write, generation, build, names, clean } = setUp();
    for (let n = 0; n < 5; n += 1) putCall(write, `call-${n}`, n < 2);
    build(1);
    write.transaction(() => generation.discard());
    expect(generation.exists).toBe(false);
    const steps = clean();
    // An index, or two rows, at a time.
    expect(steps).toBeGreaterThan(tables.length + names('call_by_*').length);
    expect([calls(write).length, names('old_*'), names('next_*')]).toEqual([5, [], []]);
    putCall(write, 'later', true);
  });

  it('is not followed behind a migration, which may have changed the tables', () => {
    const { write, build } = setUp();
    build(1);
    const [last] = migrations.slice(-1);
    const wider = { id: (last?.id ?? 0) + 1, name: 'wider', up: (db: Database['write']) => void db.run('ALTER TABLE call ADD COLUMN more TEXT') }; // prettier-ignore
    migrate(write, [...migrations, wider], silentLogger);
    putCall(write, 'own', true);
    expect(calls(write)).toEqual(['own ']);
  });
});

describe('statements on the next generation', () => {
  it('name its tables wherever a table stands, and no column, parameter or other table', () => {
    const seen: string[] = [];
    const spy = { run: (sql: string) => (seen.push(sql), { changes: 0 }) } as unknown as Database['write'];
    const db = onNext(spy, tables);
    db.run('UPDATE call SET note = :note WHERE call.id = :call AND call_event.id = 1');
    db.run('DELETE FROM lead WHERE lead = :lead AND lead_call.lead = 1');
    db.run('INSERT INTO note (id) SELECT id FROM main.note AS used JOIN lead AS home WHERE home.call = used.lead');
    expect(seen).toEqual([
      'UPDATE next_call SET note = :note WHERE next_call.id = :call AND call_event.id = 1',
      'DELETE FROM next_lead WHERE lead = :lead AND lead_call.lead = 1',
      'INSERT INTO next_note (id) SELECT id FROM main.note AS used JOIN next_lead AS home WHERE home.call = used.lead',
    ]);
  });
});
