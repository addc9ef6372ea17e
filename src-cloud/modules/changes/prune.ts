import { sql, type RawBuilder } from 'kysely';
import type { CloudChangeType } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import type { Tx } from '../../database/database.ts';
import { floorTypes, mortalTypes, type Mortals } from './mortals.ts';

/** Of one look through a company's stream; what is more is for the next one. */
const lookedUp = 20_000;
/** Of one transaction. */
const atOnce = 500;
/** One process at a time prunes a company: two would do it twice as slowly. The second key is the company. */
const pruneLock = 7_460_513;

interface Doomed {
  readonly seq: number;
  readonly type: CloudChangeType;
  readonly entityId: string;
  /** False: a later entry of the same row says it all. */
  readonly dead: boolean;
}

/**
 * Takes away entries from before `before` that nobody needs: those with a later one of the same row, and those of rows that
 * are gone for everybody. The numbers that go are counted at the next entry that stays (`gap`), so a desk can still prove
 * that it missed nothing; deletions that go raise the company's floor. Cut anywhere it goes on at its next turn.
 *
 * No server that does not count gaps may be beside: its desks would find numbers missing, and read everything anew.
 * @returns how many entries went
 */
export async function pruneCompany(
  deps: Pick<CloudDeps, 'db' | 'clock'>,
  companyId: string,
  before: number,
  mortals: Mortals,
): Promise<number> {
  for (let count = 0; ;) {
    const doomed = await lookThrough(deps, companyId, before, mortals);
    for (let at = 0; at < doomed.length; at += atOnce) {
      const went = await take(deps, companyId, before, mortals, doomed.slice(at, at + atOnce));
      if (went === null) return count;
      count += went;
    }
    if (doomed.length < lookedUp) return count;
  }
}

/** The newest entry stays whatever it says: what went before it is counted there. */
function lookThrough(
  { db }: Pick<CloudDeps, 'db'>,
  companyId: string,
  before: number,
  mortals: Mortals,
): Promise<Doomed[]> {
  const gone = sql.join(
    mortalTypes(mortals).map(([type, { isGone }]) => sql`(e.type = ${type} AND ${isGone})`),
    sql` OR `,
  ) as RawBuilder<boolean>;
  return readCompany(db, companyId, async (reader) => {
    const { rows } = await sql<Doomed>`
      SELECT e.seq, e.type, e.entity_id AS "entityId", NOT e.followed AS dead FROM (
        SELECT company_id, seq, type, entity_id, changed_at, seq = max(seq) OVER () AS newest,
          lead(seq) OVER (PARTITION BY type, entity_id ORDER BY seq) IS NOT NULL AS followed
        FROM change WHERE company_id = ${companyId}) AS e
      WHERE e.changed_at < ${before} AND NOT e.newest AND (e.followed OR ${gone})
      ORDER BY e.seq LIMIT ${lookedUp}`.execute(reader as never);
    return rows;
  });
}

/** @returns how many went; null: another process is at it */
function take(
  { db, clock }: Pick<CloudDeps, 'db' | 'clock'>,
  companyId: string,
  before: number,
  mortals: Mortals,
  doomed: readonly Doomed[],
): Promise<number | null> {
  return writeCompany(db, companyId, clock.now(), async (tx, log) => {
    const { rows } = await sql<{ mine: boolean }>`
      SELECT pg_try_advisory_xact_lock(${pruneLock}, hashtext(${companyId})) AS mine`.execute(tx as never);
    if (!rows[0]?.mine) return null;
    const gone = await tx
      .deleteFrom('change')
      .where('companyId', '=', companyId)
      .where(
        'seq',
        'in',
        doomed.map(({ seq }) => seq),
      ) // prettier-ignore
      .returning(['seq', 'gap'])
      .execute();
    await countAtHeirs(tx, companyId, gone);
    const dead = doomed.filter((one) => one.dead);
    for (const [type, { bury }] of mortalTypes(mortals)) {
      const ids = dead.filter((one) => one.type === type).map(({ entityId }) => entityId);
      if (ids.length > 0) await bury?.(tx, companyId, ids, before);
    }
    const untold = dead.filter(({ type }) => floorTypes(mortals).has(type)).map(({ seq }) => seq);
    // Last: the counter's row is what every writer of the company waits for.
    if (untold.length > 0) log.atEnd((end) => raiseFloor(end, companyId, Math.max(...untold)));
    return gone.length;
  });
}

/** The next entry that stays says how many numbers went before it. Throws where there is none: then nothing goes. */
async function countAtHeirs(tx: Tx, companyId: string, gone: readonly { seq: number; gap: number }[]): Promise<void> {
  if (gone.length === 0) return;
  const { rows } = await sql<{ counted: number }>`
    WITH heir AS (
      SELECT (SELECT min(stays.seq) FROM change AS stays WHERE stays.company_id = ${companyId} AND stays.seq > gone.seq) AS seq,
        sum(1 + gone.gap)::int8 AS numbers
      FROM unnest(${gone.map(({ seq }) => seq)}::int8[], ${gone.map(({ gap }) => gap)}::int8[]) AS gone (seq, gap)
      GROUP BY 1)
    UPDATE change SET gap = change.gap + heir.numbers FROM heir
    WHERE change.company_id = ${companyId} AND change.seq = heir.seq
    RETURNING heir.numbers AS counted`.execute(tx as never);
  const counted = rows.reduce((sum, row) => sum + row.counted, 0);
  const numbers = gone.reduce((sum, { gap }) => sum + 1 + gap, 0);
  if (counted !== numbers) throw new Error(`${numbers} numbers went, ${counted} of them are counted`);
}

const raiseFloor = (tx: Tx, companyId: string, floor: number) =>
  tx
    .updateTable('companyCounter')
    .set({ floor: sql<number>`greatest(floor, ${floor})` })
    .where('companyId', '=', companyId)
    .execute();
