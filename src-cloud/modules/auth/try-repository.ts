import { sql } from 'kysely';
import type { TriesTx } from '../../database/database.ts';
import type { Tables } from '../../database/schema.ts';

// Counts of wrong passwords. They belong to no company, hence no Scope: the key is a keyed hash that only the guard
// makes. `writeTries` shows them, and nothing else.

type TryRow = Tables['signInTry'];

/** Makes what is not there and locks all of it, in one order, so that no two sign-ins wait for each other in a circle. */
export async function lock(tx: TriesTx, keys: readonly string[], now: number): Promise<Map<string, TryRow>> {
  const sorted = [...keys].sort();
  await tx
    .insertInto('signInTry')
    .values(sorted.map((key) => ({ key, tries: 0, lastAt: now, lockedUntil: 0 })))
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  const rows = await tx
    .selectFrom('signInTry')
    .selectAll()
    .where('key', 'in', sorted)
    .orderBy(sql`key COLLATE "C"`) // as sort() has it, whatever the database's own order is
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.key, row]));
}

export const save = (tx: TriesTx, { key, ...row }: TryRow) =>
  tx.updateTable('signInTry').set(row).where('key', '=', key).execute();

export const remove = (tx: TriesTx, key: string) => tx.deleteFrom('signInTry').where('key', '=', key).execute();

/** One try less; where that leaves fewer than `free`, the lock that it set is gone as well. */
export const takeBack = (tx: TriesTx, key: string, free: number) =>
  tx
    .updateTable('signInTry')
    .set({
      tries: sql<number>`greatest(tries - 1, 0)`,
      lockedUntil: sql<number>`CASE WHEN tries - 1 < ${free} THEN 0 ELSE locked_until END`,
    })
    .where('key', '=', key)
    .execute();

/** What nobody has tried since `before`, but for what is being counted now. The longest lock is shorter than that. */
export const forget = (tx: TriesTx, before: number) =>
  tx
    .deleteFrom('signInTry')
    .where('key', 'in', ({ selectFrom }) =>
      selectFrom('signInTry').select('key').where('lastAt', '<', before).forUpdate().skipLocked(),
    )
    .execute();
