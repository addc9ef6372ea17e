import { sql } from 'kysely';
import type { CloudDeps } from '../../app/deps.ts';
import { writeCompany } from '../../database/changes.ts';
import { inParts } from '../../database/in-parts.ts';

const dayMs = 24 * 60 * 60_000;

/**
 * So long the answer to an operation is kept, at least: sent again within that time it is answered as before. Nobody works
 * offline for longer than a week (offline sign-in); what lies longer is a desk that was put away in the moment between the
 * commit and its answer. Half a year covers a leave, a repair, a lawsuit; beyond it the operation is refused, and its person
 * decides whether to do it again.
 */
export const answersKeptMs = 180 * dayMs;

/** When an operation was made, ms, by the clock of its desk: its id is a UUIDv7 (RFC 9562 §5.7: 48 bits of Unix time). */
export const madeAt = (opId: string): number => Number.parseInt(opId.slice(0, 8) + opId.slice(9, 13), 16);

const atOnce = 1000;

/**
 * Forgets the answers to operations of before `before` (ms): applied before then, and made before then by the clock of their
 * desk too. So whatever is forgotten is known for too old when it comes again, however wrong that clock is. @returns how many
 */
export function forgetAnswers(
  { db, clock }: Pick<CloudDeps, 'db' | 'clock'>,
  companyId: string,
  before: number,
): Promise<number> {
  const earliestKept = uuidTime(before);
  return inParts(atOnce, () =>
    writeCompany(db, companyId, clock.now(), async (tx) => {
      const { numAffectedRows } = await sql`DELETE FROM applied_op WHERE company_id = ${companyId} AND op_id IN (
        SELECT op_id FROM applied_op WHERE company_id = ${companyId} AND applied_at < ${before}
          AND lower(op_id) COLLATE "C" < ${earliestKept} LIMIT ${atOnce})`.execute(tx as never);
      return Number(numAffectedRows ?? 0n);
    }),
  );
}

/** How UUIDv7s of that time begin. */
function uuidTime(ms: number): string {
  const hex = Math.max(0, ms).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
