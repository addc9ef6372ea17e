import { sql } from 'kysely';
import type { Reader, Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';

/** Where the company's stream stands. */
export const streamOf = (db: Reader, scope: Pick<Scope, 'companyId'>) =>
  db
    .selectFrom('companyCounter')
    .select(['epoch', 'seq', 'floor'])
    .where('companyId', '=', scope.companyId)
    .executeTakeFirstOrThrow();

/** SQL: an epoch that was never there. Every row gets its own. */
export const newEpoch = sql<string>`replace(gen_random_uuid()::text, '-', '')`;

/** Another epoch: every desk of the company reads from zero. */
export const renewEpoch = (tx: Tx, companyId: string) =>
  tx.updateTable('companyCounter').set({ epoch: newEpoch }).where('companyId', '=', companyId).execute();

export const changesAfter = (db: Reader, scope: Scope, after: number, limit: number) =>
  db
    .selectFrom('change')
    .select(['seq', 'type', 'entityId', 'gap'])
    .where('companyId', '=', scope.companyId)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
