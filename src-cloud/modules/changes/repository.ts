import { sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';

/** Where the company's stream stands. */
export const streamOf = (db: Reader, scope: Scope) =>
  db
    .selectFrom('companyCounter')
    .select(['epoch', 'seq'])
    .where('companyId', '=', scope.companyId)
    .executeTakeFirstOrThrow();

/**
 * For a database that was restored from a backup: its counters run through numbers again that desks have seen with other
 * changes behind them. Another epoch makes every desk of every company read from zero.
 */
export const beginNewHistory = (db: Reader) =>
  db
    .updateTable('companyCounter')
    .set({ epoch: sql<string>`replace(gen_random_uuid()::text, '-', '')` })
    .execute();

export const changesAfter = (db: Reader, scope: Scope, after: number, limit: number) =>
  db
    .selectFrom('change')
    .select(['seq', 'type', 'entityId'])
    .where('companyId', '=', scope.companyId)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
