import { sql } from 'kysely';
import type { CloudDeps } from '../../app/deps.ts';
import { writeCompany } from '../../database/changes.ts';
import { inParts } from '../../database/in-parts.ts';

const atOnce = 500;

/**
 * Takes away the entries of a company's lists that bar nobody any more since before `before` (ms): rejected, taken off, run
 * out. What waits for a decision stays. Until then they say whose number the audit log tells of, which names the entry
 * alone; so `before` is where that log begins. Desks are told. @returns how many went
 */
export function forgetListings(
  { db, clock }: Pick<CloudDeps, 'db' | 'clock'>,
  companyId: string,
  before: number,
): Promise<number> {
  return inParts(atOnce, () =>
    writeCompany(db, companyId, clock.now(), async (tx, log) => {
      // Two processes at once do not wait for each other, nor for whoever is deciding.
      const { rows } = await sql<{ id: string }>`
        DELETE FROM listing WHERE company_id = ${companyId} AND id IN (
          SELECT id FROM listing WHERE company_id = ${companyId}
            AND ((state IN ('rejected', 'removed') AND decided_at < ${before})
              OR (state = 'approved' AND expires_at < ${before}))
          LIMIT ${atOnce} FOR UPDATE SKIP LOCKED)
        RETURNING id`.execute(tx as never);
      for (const { id } of rows) log.add('listing', id);
      return rows.length;
    }),
  );
}
