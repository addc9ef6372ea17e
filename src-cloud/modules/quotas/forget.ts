import { sql } from 'kysely';
import { quotaPeriodOf } from '#shared/domain/quotas.ts';
import type { CloudDeps } from '../../app/deps.ts';
import { writeCompany } from '../../database/changes.ts';
import { inParts } from '../../database/in-parts.ts';

const atOnce = 1000;
/** Servers spend by their own clocks: one that is behind is still in a period that is over for us. */
const clockMs = 7 * 24 * 60 * 60_000;

/**
 * Takes away what was used up in days and months that are over. Limits and pages ask for the day and the month that run, and
 * for no other (`takesOf`, `usesSince`). @returns how many rows went
 */
export function forgetUses({ db, clock }: Pick<CloudDeps, 'db' | 'clock'>, companyId: string): Promise<number> {
  const now = clock.now();
  const oldest = { day: quotaPeriodOf('day', now - clockMs).start, month: quotaPeriodOf('month', now - clockMs).start };
  return inParts(atOnce, () =>
    writeCompany(db, companyId, now, async (tx) => {
      const { numAffectedRows } = await sql`DELETE FROM quota_use WHERE company_id = ${companyId} AND ctid = ANY (ARRAY(
        SELECT ctid FROM quota_use WHERE company_id = ${companyId}
          AND ((period = 'day' AND start < ${oldest.day}) OR (period = 'month' AND start < ${oldest.month}))
        LIMIT ${atOnce} FOR UPDATE SKIP LOCKED))`.execute(tx as never);
      return Number(numAffectedRows ?? 0n);
    }),
  );
}
