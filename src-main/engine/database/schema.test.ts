import { describe, expect, it } from 'vitest';
import { testDatabase } from '../testing/test-database.ts';
import { migrations } from './migrations/index.ts';

describe('the schema', () => {
  it('is the one in schema.snapshot.sql (vitest -u writes it anew after a new migration)', async () => {
    const { read } = testDatabase();
    const rows = read.all<{ sql: string }>(
      // Shadow tables of the full-text index are SQLite's own business.
      `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT GLOB 'lead_search_*' ORDER BY tbl_name, type DESC, name`,
    );
    const text = rows.map((row) => `${row.sql.replace(/\n {4}/g, '\n')};\n`).join('\n');
    await expect(text).toMatchFileSnapshot('./schema.snapshot.sql');
  });

  it('is counted without a gap', () => {
    expect(migrations.map((migration) => migration.id)).toEqual(migrations.map((_, index) => index + 1));
  });
});
