import { sql } from 'kysely';
import type { CloudDeps } from '../../app/deps.ts';
import { writeCompany } from '../../database/changes.ts';
import { inParts } from '../../database/in-parts.ts';

const atOnce = 1000;
const dayMs = 86_400_000;
/** No finding holds for longer than a month; so long it still says that somebody looked. */
const keptMs = 180 * dayMs;

/**
 * Takes away what was found of numbers so long ago that it says nothing any more: they are people's, and leads that had them may
 * have been deleted. Leads keep the word, desks what they were told. Claims of servers that died go too. @returns how many went
 */
export function forgetChecks({ db, clock }: Pick<CloudDeps, 'db' | 'clock'>, companyId: string): Promise<number> {
  const now = clock.now();
  return inParts(atOnce, () =>
    writeCompany(db, companyId, now, async (tx) => {
      const { numAffectedRows } =
        await sql`DELETE FROM number_check WHERE company_id = ${companyId} AND ctid = ANY (ARRAY(
        SELECT ctid FROM number_check WHERE company_id = ${companyId}
          AND (checked_at < ${now - keptMs} OR (state IS NULL AND claimed_until < ${now - dayMs}))
          AND coalesce(claimed_until, 0) < ${now}
        LIMIT ${atOnce} FOR UPDATE SKIP LOCKED))`.execute(tx as never);
      return Number(numAffectedRows ?? 0n);
    }),
  );
}
