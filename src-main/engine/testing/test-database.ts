import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { migrations } from '../database/migrations/index.ts';
import type { Migration } from '../database/migrations/migration.ts';
import { openDatabase, type Database } from '../database/open-database.ts';
import { tempFolder } from './temp-folder.ts';

/** A real database file with the whole schema, closed and removed at the end of the test. */
export function testDatabase(steps: readonly Migration[] = migrations): Database {
  const database = openDatabase(join(tempFolder(), 'desk.db'), { migrations: steps, logger: silentLogger });
  onTestFinished(() => database.close());
  return database;
}

/** The plan's lines of a query, to pin that it reaches its rows through an index. */
export function queryPlan(database: Database, sql: string): string[] {
  // Parameters need no values: the plan is made without them.
  const names = [...sql.matchAll(/:(\w+)/g)].map((hit) => hit[1] as string);
  const params = Object.fromEntries(names.map((name) => [name, null]));
  return database.read.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params).map((row) => row.detail);
}
