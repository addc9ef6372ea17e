import { sql } from 'kysely';
import type { CloudOpener, RouteReply, companyOpeners } from '#shared/cloud-contract/contract.ts';
import type { Reader, Tx } from '../../database/database.ts';
import type { Tables } from '../../database/schema.ts';
import { openerFor, type Scope } from '../../database/scope.ts';

type Stored = Tables['opener'];
/** What people decide about an opener. */
export type OpenerFields = Omit<Stored, 'companyId' | 'id' | 'position' | 'createdAt'>;

const withSound = (db: Reader) =>
  db
    .selectFrom('opener')
    .innerJoin('openerSound', (join) =>
      join
        .onRef('openerSound.companyId', '=', 'opener.companyId')
        .onRef('openerSound.sha256', '=', 'opener.sha256'),
    );

/** For desks: those that are on and for this person. */
export const openersById = (db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudOpener[]> =>
  withSound(db)
    .select(['opener.id', 'opener.name', 'opener.text', 'opener.sha256', 'opener.isDefault', 'opener.position'])
    .select(['openerSound.bytes', 'openerSound.durationMs'])
    .select(sql<boolean>`opener.department_ids IS NOT NULL`.as('ofDepartment'))
    .where(openerFor(scope))
    .where('opener.id', 'in', ids)
    .execute();

/** The company's, in their order. */
export async function allOpeners(
  db: Reader,
  { companyId }: Scope,
): Promise<RouteReply<typeof companyOpeners>['openers']> {
  const rows = await withSound(db)
    .select(['opener.id', 'opener.name', 'opener.text', 'opener.sha256', 'opener.isDefault', 'opener.enabled'])
    .select(['opener.departmentIds', 'openerSound.durationMs'])
    .where('opener.companyId', '=', companyId)
    .orderBy('opener.position')
    .orderBy('opener.id')
    .execute();
  return rows.map(({ departmentIds, ...row }) => ({ ...row, departmentIds: departmentIds && [...departmentIds] }));
}

/** Of the file, where this person may hear it: an opener for their desk names it, or `any` of the company may. */
export const soundFor = (db: Reader, scope: Scope, sha256: string, any: boolean) =>
  db
    .selectFrom('openerSound')
    .select('bytes')
    .where('companyId', '=', scope.companyId)
    .where('sha256', '=', sha256)
    .$if(!any, (query) =>
      query.where(({ exists, selectFrom }) =>
        exists(selectFrom('opener').select('id').where('sha256', '=', sha256).where(openerFor(scope))),
      ),
    )
    .executeTakeFirst();

/** Under its row lock from now on: no sweep takes it before the transaction ends. */
export const putSound = (tx: Tx, sound: Tables['openerSound']) =>
  tx
    .insertInto('openerSound')
    .values(sound)
    .onConflict((conflict) => conflict.columns(['companyId', 'sha256']).doUpdateSet({ storedAt: sound.storedAt }))
    .execute();

/** Somebody is about to name it: counts as stored now. False = it is not here. */
export async function useSound(tx: Tx, { companyId }: Scope, sha256: string, now: number): Promise<boolean> {
  const found = await tx
    .updateTable('openerSound')
    .set({ storedAt: now })
    .where('companyId', '=', companyId)
    .where('sha256', '=', sha256)
    .executeTakeFirst();
  return found.numUpdatedRows > 0n;
}

/** With the row locks of all, in one order: how many there are, where the list ends, and which stay the default. */
export const lockOpeners = (tx: Tx, { companyId }: Scope) =>
  tx.selectFrom('opener').selectAll().where('companyId', '=', companyId).orderBy('id').forUpdate().execute();

export const insertOpener = (tx: Tx, row: Stored) => tx.insertInto('opener').values(row).execute();

export const updateOpener = (
  tx: Tx,
  { companyId }: Scope,
  id: string,
  change: Partial<Pick<Stored, keyof OpenerFields | 'position'>>,
) => tx.updateTable('opener').set(change).where('companyId', '=', companyId).where('id', '=', id).execute();

export const deleteOpener = (tx: Tx, { companyId }: Scope, id: string) =>
  tx.deleteFrom('opener').where('companyId', '=', companyId).where('id', '=', id).execute();

/** Sounds that nobody names, and that nobody has sent since. */
export async function idleSounds(db: Reader, companyId: string, before: number): Promise<string[]> {
  const rows = await db
    .selectFrom('openerSound')
    .select('sha256')
    .where(idle(companyId, before))
    .orderBy('sha256')
    .execute();
  return rows.map(({ sha256 }) => sha256);
}

/** False when somebody has sent or named it meanwhile. */
export async function deleteIdleSound(tx: Tx, companyId: string, sha256: string, before: number): Promise<boolean> {
  const deleted = await tx
    .deleteFrom('openerSound')
    .where(idle(companyId, before))
    .where('sha256', '=', sha256)
    .executeTakeFirst();
  return deleted.numDeletedRows > 0n;
}

const idle = (companyId: string, before: number) => sql<boolean>`(opener_sound.company_id = ${companyId}
  AND opener_sound.stored_at < ${before} AND NOT EXISTS (SELECT FROM opener
    WHERE opener.company_id = opener_sound.company_id AND opener.sha256 = opener_sound.sha256))`;
