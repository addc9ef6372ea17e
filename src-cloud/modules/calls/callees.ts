import { createHash } from 'node:crypto';
import { sql, type RawBuilder } from 'kysely';
import type { CloudCall, CloudCallee } from '#shared/cloud-contract/contract.ts';
import { mostDialsPerNumber } from '#shared/domain/call-rules.ts';
import { calleeKeyLength, calleeWords, clockAheadMs } from '#shared/domain/callee.ts';
import type { CloudDeps } from '../../app/deps.ts';
import { writeCompany } from '../../database/changes.ts';
import type { Reader, Tx } from '../../database/database.ts';
import { inParts } from '../../database/in-parts.ts';
import type { Scope } from '../../database/scope.ts';
import { withoutRow, type Mortal } from '../changes/index.ts';
import type { OpContext } from '../sync/index.ts';

const countedMs = 24 * 60 * 60_000;
const forgottenAtOnce = 1000;

/** base64url (RFC 4648 §5) of a SHA-256, cut; see `calleeWords`. */
export const calleeKey = (e164: string): string =>
  createHash('sha256').update(calleeWords(e164)).digest('base64url').slice(0, calleeKeyLength);

/** Everybody in the company: the rules are about who is called, and not about who calls. */
export async function calleesById(db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudCallee[]> {
  const found = await db
    .selectFrom('callee')
    .select(['id', 'key', 'dials', 'refused', 'verdictAt'])
    .where('companyId', '=', scope.companyId)
    .where('id', 'in', ids)
    .execute();
  return found.map(({ dials, refused, verdictAt, ...row }) => ({
    ...row,
    // The driver gives numbers of a list as text.
    dials: dials.map(Number),
    verdict: verdictAt === null ? null : { at: verdictAt, refused },
  }));
}

/**
 * Tells every desk of the company that a number was dialled, or what its holder has said. What stands there is counted anew
 * from all calls with the number, behind a lock of its row: of two calls that come at once the second one sees the first.
 */
export async function tellOfDial({ tx, log, scope, now, newId }: OpContext, call: CloudCall): Promise<void> {
  const key = calleeKey(call.number);
  if (!isCounted(call) && !(await mayTakeBack(tx, scope.companyId, call, key))) return;
  const id = await lockCallee(tx, scope.companyId, key, newId());
  const changed = await countAnew(tx, scope.companyId, id, call.number, now);
  if (!changed) return;
  if (changed.verdictAt === null) log.addUnhurried('callee', id);
  else log.add('callee', id);
}

/** Whether what is known of its number is to be counted anew: what nobody has said anything in is one dial more, or none. */
export const isVerdict = ({ outcome, endCause }: CloudCall): boolean =>
  outcome !== null || endCause === 'refused-by-device';

interface DialValues {
  readonly calleeKey: string;
  /** Of the row, where there is none yet. */
  readonly calleeId: string;
  /** It is a dial, and one that still counts. */
  readonly counts: boolean;
  readonly countedFrom: number;
}

/** What `dialStatement` is asked with, of a call that is no verdict. */
export function dialValues({ number, direction, startedAt }: CloudCall, now: number, newId: () => string): DialValues {
  const countedFrom = now - countedMs;
  const counts = number !== '' && direction === 'outbound' && startedAt > countedFrom;
  return { calleeKey: calleeKey(number), calleeId: newId(), counts, countedFrom };
}

/** When a call was dialled. Where its desk's clock was further ahead than clocks may differ, when the cloud first had it. */
const dialledAt = sql<number>`CASE WHEN started_at > stored_at + ${sql.lit(clockAheadMs)} THEN stored_at ELSE started_at END`;

/** Behind `written`, the call's row: adds its dial to what is known of the number, where it is not there. Returns the id. */
export const dialStatement = (
  _db: unknown,
  at: DialValues & { readonly updatedAt: number },
): RawBuilder<unknown> => sql`
  INSERT INTO callee (company_id, key, id, dials, refused, verdict_at, told_at)
  SELECT company_id, ${at.calleeKey}, ${at.calleeId}, ARRAY[${dialledAt}], false, NULL, ${at.updatedAt}::int8
  FROM written WHERE ${at.counts}::bool
  ON CONFLICT (company_id, key) DO UPDATE SET told_at = excluded.told_at, dials = ARRAY(
    SELECT dial FROM unnest(callee.dials || excluded.dials) AS dial WHERE dial > ${at.countedFrom}::int8
    ORDER BY dial DESC LIMIT ${sql.lit(mostDialsPerNumber)})
  WHERE NOT callee.dials @> excluded.dials
  RETURNING id`;

/** Whether the call says anything about who is called: it was dialled, or its other side has said something. */
const isCounted = ({ number, direction, outcome }: CloudCall): boolean =>
  number !== '' && (direction === 'outbound' || outcome !== null);

/** Who called us, and in whose call nothing is said: by then. What was said in it before may be what stands there. */
async function mayTakeBack(tx: Tx, companyId: string, { number }: CloudCall, key: string): Promise<boolean> {
  if (number === '') return false;
  const row = await tx.selectFrom('callee').select('verdictAt').where('companyId', '=', companyId).where('key', '=', key).executeTakeFirst(); // prettier-ignore
  return row !== undefined && row.verdictAt !== null;
}

async function lockCallee(tx: Tx, companyId: string, key: string, id: string): Promise<string> {
  const nothing = { dials: sql<number[]>`'{}'`, refused: false, verdictAt: null, toldAt: 0 };
  const row = await tx
    .insertInto('callee')
    .values({ companyId, key, id, ...nothing })
    .onConflict((conflict) => conflict.columns(['companyId', 'key']).doUpdateSet({ key }))
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/**
 * Undefined when nothing is new. A dial that its device refused never left the desk. What was said last is told by when calls began, but
 * none began behind the moment in which the cloud first had it: a clock that is ahead has not the last word. Desks compare what they are
 * told with what their own calls say, so it is told to be behind all of them.
 */
async function countAnew(
  tx: Tx,
  companyId: string,
  id: string,
  number: string,
  now: number,
): Promise<{ readonly verdictAt: number | null } | undefined> {
  const withNumber = sql`company_id = ${companyId} AND number = ${number}`;
  const { rows } = await sql<{ verdictAt: number | null }>`
    UPDATE callee SET dials = found.dials, refused = found.refused, verdict_at = found.verdict_at, told_at = ${now}
    FROM (SELECT
      ARRAY(SELECT ${dialledAt} AS dial FROM call WHERE ${withNumber} AND direction = 'outbound'
        AND end_cause IS DISTINCT FROM 'refused-by-device' AND started_at > ${now - countedMs}
        ORDER BY dial DESC LIMIT ${mostDialsPerNumber}) AS dials,
      coalesce(latest.outcome = 'do-not-call', false) AS refused,
      CASE WHEN EXISTS (SELECT 1 FROM call WHERE ${withNumber} AND outcome = 'do-not-call') THEN latest.told_at END AS verdict_at
      FROM (SELECT 1) AS one LEFT JOIN LATERAL (
        SELECT outcome, CASE WHEN started_at < max(started_at) OVER () THEN 1 + max(started_at) OVER () ELSE started_at END AS told_at
        FROM call WHERE ${withNumber} AND outcome IS NOT NULL
        ORDER BY least(started_at, stored_at) DESC, started_at DESC LIMIT 1) AS latest ON true) AS found
    WHERE callee.company_id = ${companyId} AND callee.id = ${id} AND (callee.dials, callee.refused, callee.verdict_at)
      IS DISTINCT FROM (found.dials, found.refused, found.verdict_at)
    RETURNING callee.verdict_at`.execute(tx as never);
  return rows[0];
}

/** Takes away what no gate asks about any more: not dialled for a day, and never refused. Desks forget it by themselves. */
export function forgetCallees({ db, clock }: Pick<CloudDeps, 'db' | 'clock'>, companyId: string): Promise<number> {
  const now = clock.now();
  return inParts(forgottenAtOnce, () =>
    writeCompany(db, companyId, now, async (tx) => {
      const { numAffectedRows } = await sql`DELETE FROM callee WHERE company_id = ${companyId} AND id IN (
        SELECT id FROM callee WHERE company_id = ${companyId} AND verdict_at IS NULL AND told_at < ${now - countedMs}
        LIMIT ${forgottenAtOnce} FOR UPDATE SKIP LOCKED)`.execute(tx as never);
      return Number(numAffectedRows ?? 0n);
    }),
  );
}

export const forgottenCallees: Mortal = { ...withoutRow('callee'), told: false };
