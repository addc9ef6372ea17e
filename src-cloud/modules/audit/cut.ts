import { sql } from 'kysely';
import { quotaPeriodOf } from '#shared/domain/quotas.ts';
import type { CloudDeps } from '../../app/deps.ts';
import { writeCompany } from '../../database/changes.ts';
import type { Tx } from '../../database/database.ts';
import { inParts } from '../../database/in-parts.ts';
import { auditByItself } from './repository.ts';

/** Of one transaction. */
const atOnce = 1000;
/** One process at a time cuts a company's log: two would both say so in it. The second key is the company. */
const cutLock = 7_460_514;

/** Where a log begins that is kept for `keptMs`: with the month (of Beijing time) of that day, so that it is cut once a month. */
export const auditBegins = (now: number, keptMs: number): number => quotaPeriodOf('month', now - keptMs).start;

/**
 * Takes away a company's entries of before `before` (ms). The log itself says so, in an entry that goes with the first of
 * them: one that is cut off in the middle says where it will begin, and goes on at its next turn. @returns how many went
 */
export function cutAudit(
  { db, clock, newId }: Pick<CloudDeps, 'db' | 'clock' | 'newId'>,
  companyId: string,
  before: number,
): Promise<number> {
  return inParts(atOnce, () =>
    writeCompany(db, companyId, clock.now(), async (tx) => {
      const { rows } = await sql<{ mine: boolean }>`
        SELECT pg_try_advisory_xact_lock(${cutLock}, hashtext(${companyId})) AS mine`.execute(tx as never);
      if (!rows[0]?.mine) return 0;
      const taken = await takeOldest(tx, companyId, before);
      if (taken > 0 && !(await isSaid(tx, companyId, before))) {
        const count = taken + (taken < atOnce ? 0 : await countBefore(tx, companyId, before));
        await auditByItself(tx, { newId, clock }, companyId, 'audit.cut', { until: before, count });
      }
      return taken;
    }),
  );
}

/** How many are still to go. */
async function countBefore(tx: Tx, companyId: string, before: number): Promise<number> {
  const { found } = await tx
    .selectFrom('audit')
    .select(sql<number>`count(*)::int4`.as('found'))
    .where('companyId', '=', companyId)
    .where('at', '<', before)
    .executeTakeFirstOrThrow();
  return found;
}

/** Has a transaction of before, or another process, written that the log begins there? */
async function isSaid(tx: Tx, companyId: string, before: number): Promise<boolean> {
  const said = await tx
    .selectFrom('audit')
    .select('id')
    .where('companyId', '=', companyId)
    .where('action', '=', 'audit.cut')
    .where(sql<boolean>`(details->'after'->>'until')::int8 = ${before}`)
    .limit(1)
    .executeTakeFirst();
  return said !== undefined;
}

async function takeOldest(tx: Tx, companyId: string, before: number): Promise<number> {
  const { numAffectedRows } = await sql`DELETE FROM audit WHERE company_id = ${companyId} AND id IN (
    SELECT id FROM audit WHERE company_id = ${companyId} AND at < ${before} ORDER BY at, id LIMIT ${atOnce})`.execute(
    tx as never,
  );
  return Number(numAffectedRows ?? 0n);
}
