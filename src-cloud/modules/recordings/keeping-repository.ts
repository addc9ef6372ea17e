import { sql } from 'kysely';
import type { Reader, Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';

/** At most so many of a company at once, so that nobody waits for a purge of years. */
const purgedAtOnce = 200;
const holdsShown = 500;

/** Days; null = for ever. */
export async function readKeepDays(db: Reader, companyId: string): Promise<number | null> {
  const row = await db
    .selectFrom('recordingRule')
    .select('keepDays')
    .where('companyId', '=', companyId)
    .executeTakeFirst();
  return row?.keepDays ?? null;
}

export const writeKeepDays = (tx: Tx, companyId: string, keepDays: number | null) =>
  tx
    .insertInto('recordingRule')
    .values({ companyId, keepDays })
    .onConflict((conflict) => conflict.column('companyId').doUpdateSet({ keepDays }))
    .execute();

/** How many were stored before and may go. */
export async function countDue(db: Reader, companyId: string, before: number): Promise<number> {
  const { due } = await db
    .selectFrom('recording')
    .select(({ fn }) => fn.countAll<number>().as('due'))
    .where('companyId', '=', companyId)
    .where('storedAt', '<', before)
    .where('purgedAt', 'is', null)
    .where('heldAt', 'is', null)
    .executeTakeFirstOrThrow();
  return due;
}

/**
 * Nobody hears these from now on. A row that somebody holds in this moment is locked: it is passed over, and looked at anew
 * where the lock was had a moment later. @returns which they are, and when they were stored
 */
export function purgeDue(
  tx: Tx,
  companyId: string,
  before: number,
  now: number,
): Promise<{ readonly id: string; readonly storedAt: number }[]> {
  return tx
    .updateTable('recording')
    .set({ purgedAt: now })
    .where('companyId', '=', companyId)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('recording')
        .select('id')
        .where('companyId', '=', companyId)
        .where('storedAt', '<', before)
        .where('purgedAt', 'is', null)
        .where('heldAt', 'is', null)
        .orderBy('storedAt')
        .limit(purgedAtOnce)
        .forUpdate()
        .skipLocked(),
    )
    .where('heldAt', 'is', null)
    .returning(['id', sql<number>`stored_at`.as('storedAt')])
    .execute();
}

/** Purged, and their files may still be there. */
export async function toRemove(db: Reader, companyId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('recording')
    .select('id')
    .where('companyId', '=', companyId)
    .where('purgedAt', 'is not', null)
    .where('removedAt', 'is', null)
    .limit(purgedAtOnce)
    .execute();
  return rows.map(({ id }) => id);
}

export const removed = (tx: Tx, companyId: string, id: string, now: number) =>
  tx.updateTable('recording').set({ removedAt: now }).where('companyId', '=', companyId).where('id', '=', id).execute();

/** Locks the row against a purge. */
export const lockRecording = (tx: Tx, scope: Scope, id: string) =>
  tx
    .selectFrom('recording')
    .select(['purgedAt', 'heldAt', 'holdReason'])
    .where('companyId', '=', scope.companyId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();

interface Hold {
  readonly heldAt: number | null;
  readonly heldBy: string | null;
  readonly holdReason: string | null;
}
export const setHold = (tx: Tx, scope: Scope, id: string, hold: Hold) =>
  tx.updateTable('recording').set(hold).where('companyId', '=', scope.companyId).where('id', '=', id).execute();

/** The newest hold first. */
export const listHolds = (db: Reader, scope: Scope) =>
  db
    .selectFrom('recording')
    .innerJoin('call', (join) =>
      join.onRef('call.companyId', '=', 'recording.companyId').onRef('call.id', '=', 'recording.callId'),
    )
    .leftJoin('employee', (join) =>
      join.onRef('employee.companyId', '=', 'recording.companyId').onRef('employee.id', '=', 'recording.employeeId'),
    )
    .leftJoin('employee as holder', (join) =>
      join.onRef('holder.companyId', '=', 'recording.companyId').onRef('holder.id', '=', 'recording.heldBy'),
    )
    .select(['recording.id', 'callId', 'number', 'customerName', 'startedAt'])
    .select(['employee.name as employeeName', 'holder.name as heldByName'])
    .select([sql<number>`held_at`.as('heldAt'), sql<string>`hold_reason`.as('reason')])
    .where('recording.companyId', '=', scope.companyId)
    .where('recording.heldAt', 'is not', null)
    .orderBy('recording.heldAt', 'desc')
    .limit(holdsShown)
    .execute();
