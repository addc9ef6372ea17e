import { sql } from 'kysely';
import type { Reader, Tx } from '../../database/database.ts';
import type { Tables } from '../../database/schema.ts';

// Counts of wrong passwords. They belong to no company, hence no Scope: the key is a keyed hash that only the guard makes.

type TryRow = Tables['signInTry'];

/** Makes what is not there and locks all of it, in one order, so that no two sign-ins wait for each other in a circle. */
export async function lock(tx: Tx, keys: readonly string[], now: number): Promise<Map<string, TryRow>> {
  const sorted = [...keys].sort();
  await tx
    .insertInto('signInTry')
    .values(sorted.map((key) => ({ key, tries: 0, lastAt: now, lockedUntil: 0 })))
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  const rows = await tx.selectFrom('signInTry').selectAll().where('key', 'in', sorted).orderBy('key').forUpdate().execute(); // prettier-ignore
  return new Map(rows.map((row) => [row.key, row]));
}

export const save = (tx: Tx, { key, ...row }: TryRow) =>
  tx.updateTable('signInTry').set(row).where('key', '=', key).execute();

export const remove = (db: Reader, key: string) => db.deleteFrom('signInTry').where('key', '=', key).execute();

/** One try less; where that leaves fewer than `free`, the lock that it set is gone as well. */
export const takeBack = (db: Reader, key: string, free: number) =>
  db
    .updateTable('signInTry')
    .set({
      tries: sql<number>`greatest(tries - 1, 0)`,
      lockedUntil: sql<number>`CASE WHEN tries - 1 < ${free} THEN 0 ELSE locked_until END`,
    })
    .where('key', '=', key)
    .execute();

/** What nobody has tried since `before`. The longest lock is shorter than that. */
export const forget = (db: Reader, before: number) => db.deleteFrom('signInTry').where('lastAt', '<', before).execute();
