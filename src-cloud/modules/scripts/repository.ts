import { sql } from 'kysely';
import type { CloudScript } from '#shared/cloud-contract/contract.ts';
import type { Reader, Tx } from '../../database/database.ts';
import type { Tables } from '../../database/schema.ts';
import type { Scope } from '../../database/scope.ts';
import type { Mortal } from '../changes/index.ts';
import { withoutRow } from '../changes/index.ts';

type Stored = Tables['callScript'];

/** Taken away, not only off. */
export const removedScripts: Mortal = withoutRow('callScript');

/** For desks: those that are on. */
export const scriptsById = (db: Reader, { companyId }: Scope, ids: readonly string[]): Promise<CloudScript[]> =>
  db
    .selectFrom('callScript')
    .select(['id', 'title', 'text', 'position'])
    .where('companyId', '=', companyId)
    .where('active', '=', sql<boolean>`true`)
    .where('id', 'in', ids)
    .execute();

/** In their order. */
export const companyScripts = (db: Reader, { companyId }: Scope) =>
  db
    .selectFrom('callScript')
    .select(['id', 'title', 'text', 'active'])
    .where('companyId', '=', companyId)
    .orderBy('position')
    .orderBy('id')
    .execute();

/** With their row locks. */
export const lockScripts = (tx: Tx, { companyId }: Scope) =>
  tx.selectFrom('callScript').selectAll().where('companyId', '=', companyId).orderBy('id').forUpdate().execute();

export const insertScript = (tx: Tx, row: Stored) => tx.insertInto('callScript').values(row).execute();

export const updateScript = (tx: Tx, { companyId }: Scope, id: string, change: Partial<Stored>) =>
  tx.updateTable('callScript').set(change).where('companyId', '=', companyId).where('id', '=', id).execute();

export const deleteScript = (tx: Tx, { companyId }: Scope, id: string) =>
  tx.deleteFrom('callScript').where('companyId', '=', companyId).where('id', '=', id).execute();
