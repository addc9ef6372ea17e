import { AppError } from '#shared/base/errors.ts';
import type { CloudCompany } from '#shared/cloud-contract/contract.ts';
import { exportRulesOf, type ExportRules } from '#shared/domain/exports.ts';
import { acrossCompanies } from '../../database/access.ts';
import type { Database, Reader, Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';

const ownCompany = (db: Reader, scope: Scope) =>
  db
    .selectFrom('company')
    .select(['companyId as id', 'name', 'sample', 'offlineDays', 'exportRules'])
    .where('companyId', '=', scope.companyId);

/** The company of the scope. */
export async function findCompany(db: Reader, scope: Scope): Promise<CloudCompany> {
  const row = await ownCompany(db, scope).executeTakeFirst();
  if (!row) throw new AppError('auth.expired');
  return asTold(row);
}

/** Where nobody has said anything desks are told what holds then. */
const asTold = <Row extends { readonly exportRules: ExportRules | null }>({ exportRules, ...company }: Row) => ({
  ...company,
  exportRules: { ...exportRulesOf(exportRules) },
});

/** For whoever has shown a password and has no scope yet. */
export async function companyName(db: Reader, companyId: string): Promise<string> {
  const { name } = await db
    .selectFrom('company')
    .select('name')
    .where('companyId', '=', companyId)
    .executeTakeFirstOrThrow();
  return name;
}

/** Whoever asks sees their own company at most. */
export async function companiesById(db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudCompany[]> {
  const rows = await ownCompany(db, scope).where('companyId', 'in', ids).execute();
  return rows.map(asTold);
}

export async function readOfflineDays(db: Reader, companyId: string): Promise<number> {
  const { offlineDays } = await db
    .selectFrom('company')
    .select('offlineDays')
    .where('companyId', '=', companyId)
    .executeTakeFirstOrThrow();
  return offlineDays;
}

export const writeOfflineDays = (tx: Tx, companyId: string, offlineDays: number) =>
  tx.updateTable('company').set({ offlineDays }).where('companyId', '=', companyId).execute();

export async function readExportRules(db: Reader, companyId: string): Promise<ExportRules> {
  const { exportRules } = await db
    .selectFrom('company')
    .select('exportRules')
    .where('companyId', '=', companyId)
    .executeTakeFirstOrThrow();
  return exportRulesOf(exportRules);
}

export const writeExportRules = (tx: Tx, companyId: string, rules: ExportRules) =>
  tx
    .updateTable('company')
    .set({ exportRules: JSON.stringify(rules) })
    .where('companyId', '=', companyId)
    .execute();

/** All there are, for what concerns each of them. */
export async function companyIds(db: Database): Promise<string[]> {
  const rows = await acrossCompanies(db, 'which-companies', (reader) =>
    reader.selectFrom('company').select('companyId').orderBy('companyId').execute(),
  );
  return rows.map(({ companyId }) => companyId);
}

/** Is the sample company there? */
export async function sampleExists(db: Database): Promise<boolean> {
  const found = await acrossCompanies(db, 'which-companies', (reader) =>
    reader.selectFrom('company').select('companyId').where('sample', '=', true).executeTakeFirst(),
  );
  return found !== undefined;
}
