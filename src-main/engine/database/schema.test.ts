import { describe, expect, it } from 'vitest';
import { testDatabase } from '../testing/test-database.ts';
import { cardMigrations, migrations } from './migrations/index.ts';

describe.each([
  ["a person's database", migrations, 'schema'],
  ["the desk's cards", cardMigrations, 'cards'],
])('the schema of %s', (_name, steps, file) => {
  it('is the one in its .snapshot.sql (vitest -u writes it anew after a new migration)', async () => {
    const { read } = testDatabase(steps);
    const rows = read.all<{ sql: string }>(
      // Shadow tables of the full-text index are SQLite's own business.
      `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY tbl_name, type DESC, name`,
    );
    const text = rows.map((row) => `${row.sql.replace(/\n {4}/g, '\n')};\n`).join('\n');
    await expect(text).toMatchFileSnapshot(`./${file}.snapshot.sql`);
  });

  // Numbers are given out before the work is done: one that was never needed leaves a gap.
  it('is counted upwards, each number once', () => {
    const ids = steps.map((migration) => migration.id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  });
});
