import { sql } from 'kysely';
import type { CloudChangeType } from '#shared/cloud-contract/contract.ts';
import type { Reader, Tx } from '../../database/database.ts';
import { visibleTo, type Scope } from '../../database/scope.ts';

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

/** An entry of the stream. */
export interface Logged {
  readonly seq: number;
  readonly type: CloudChangeType;
  readonly entityId: string;
}

export interface LoggedPage {
  /** In their order. */
  readonly logged: readonly Logged[];
  /** How many numbers there are up to the end of the page: entries, passed over or not, and what they say was taken away. */
  readonly numbers: number;
  /** Number of its last entry; null: there are no more. */
  readonly through: number | null;
}

/** So many entries a page looks at, whomever they are for. */
const walkedAtOnce = 10_000;

/**
 * The entries behind a number that may be this person's to see, at most `limit`. Of the calls of hundreds of colleagues an
 * agent's desk is told the count, and nobody reads the rows for it.
 * @param walked so many entries are looked at, whomever they are for
 */
export async function changesAfter(
  db: Reader,
  scope: Scope,
  after: number,
  limit: number,
  walked = walkedAtOnce,
): Promise<LoggedPage> {
  const behind = sql`FROM change WHERE company_id = ${scope.companyId} AND seq > ${after}`;
  const { rows: logged } = await sql<Logged>`
    SELECT seq, type, entity_id AS "entityId"
    FROM (SELECT company_id, seq, type, entity_id, owner_id ${behind} ORDER BY seq LIMIT ${walked}) AS walked
    WHERE owner_id IS NULL OR ${visibleTo(scope, 'walked', 'ownerId')} ORDER BY seq LIMIT ${limit}`.execute(
    db as never,
  );
  const full = logged.length < limit ? null : (logged.at(-1)?.seq ?? null);
  const upTo = full === null ? sql`` : sql`AND seq <= ${full}`;
  // Of what the first entry says only the numbers behind `after` are of this page.
  const { rows } = await sql<{ entries: number; numbers: number; last: number | null }>`
    SELECT count(*) AS entries, coalesce(sum(1 + least(gap, seq - 1 - ${after})), 0)::int8 AS numbers, max(seq) AS last
    FROM (SELECT seq, gap ${behind} ${upTo} ORDER BY seq LIMIT ${walked}) AS walked`.execute(db as never);
  const { entries = 0, numbers = 0, last = null } = rows[0] ?? {};
  return { logged, numbers, through: full ?? (entries < walked ? null : last) };
}
