import { sql } from 'kysely';
import { acrossCompanies, readCompany } from '../../database/access.ts';
import type { Database, Reader, Tx } from '../../database/database.ts';
import { fixedQuery } from '../../database/fixed-query.ts';
import type { SessionEnd, Tables } from '../../database/schema.ts';
import type { Scope } from '../../database/scope.ts';
import type { AccessClaims } from './tokens.ts';

// Before a person is known there is no Scope: these are the only queries that look across companies, and each one
// starts from a secret (an account name with a password to follow, or the hash of a token).

export const findAccount = (db: Database, account: string) =>
  acrossCompanies(db, 'whose-account', (reader) =>
    reader
      .selectFrom('employee')
      .select(['companyId', 'id', 'account', 'name', 'passwordHash', 'disabled', 'mustChangePassword'])
      .where('accountKey', '=', sql<string>`lower(${account})`)
      .executeTakeFirst(),
  );

/**
 * Is this a device that the account is used on? Asked for an account that is nobody's too, in a company that is none, so
 * that the time tells nothing.
 */
export async function deviceIsKnown(
  db: Database,
  account: { readonly companyId: string; readonly id: string } | undefined,
  deviceId: string,
): Promise<boolean> {
  const { companyId, id } = account ?? { companyId: '', id: '' };
  const found = await readCompany(db, companyId, (reader) =>
    reader
      .selectFrom('device')
      .select('id')
      .where('companyId', '=', companyId)
      .where('employeeId', '=', id)
      .where('deviceId', '=', deviceId)
      .where('revokedAt', 'is', null)
      .executeTakeFirst(),
  );
  return found !== undefined;
}

/** Whose it is, without a lock. */
export const ownerOfToken = (db: Database, tokenHash: string) =>
  acrossCompanies(db, 'whose-token', (reader) =>
    reader
      .selectFrom('refreshToken')
      .select(['companyId', 'employeeId', 'deviceId', 'deviceName'])
      .where('tokenHash', '=', tokenHash)
      .executeTakeFirst(),
  );

/** Against a change until the transaction ends; other sign-ins may read it too. */
export async function lockPassword(tx: Tx, { companyId, employeeId }: AccessClaims): Promise<string | undefined> {
  const row = await tx
    .selectFrom('employee')
    .select('passwordHash')
    .where('companyId', '=', companyId)
    .where('id', '=', employeeId)
    .forShare()
    .executeTakeFirst();
  return row?.passwordHash;
}

/** The account and password of the scope's own person. */
export const findOwnPassword = (db: Reader, { companyId, employeeId }: Scope) =>
  db
    .selectFrom('employee')
    .select(['account', 'passwordHash'])
    .where('companyId', '=', companyId)
    .where('id', '=', employeeId)
    .executeTakeFirst();

/** Only in place of the hash that was checked: of two changes at once one counts. @returns whether this one did */
export async function replacePassword(
  tx: Tx,
  { companyId, employeeId }: Pick<Scope, 'companyId' | 'employeeId'>,
  oldHash: string,
  passwordHash: string,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('employee')
    .set({ passwordHash, mustChangePassword: false })
    .where('companyId', '=', companyId)
    .where('id', '=', employeeId)
    .where('passwordHash', '=', oldHash)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Locks the row: two refreshes with one token go one after the other. */
export const lockToken = (tx: Tx, companyId: string, tokenHash: string) =>
  tx
    .selectFrom('refreshToken')
    .selectAll()
    .where('companyId', '=', companyId)
    .where('tokenHash', '=', tokenHash)
    .forUpdate()
    .executeTakeFirst();

export const findToken = (db: Reader, companyId: string, tokenHash: string) =>
  db
    .selectFrom('refreshToken')
    .selectAll()
    .where('companyId', '=', companyId)
    .where('tokenHash', '=', tokenHash)
    .executeTakeFirst();

/** The person behind an access token, as they are now; undefined = the session has ended. */
export async function findScope(
  db: Reader,
  claims: AccessClaims,
): Promise<(Scope & { disabled: boolean }) | undefined> {
  const { rows } = await scopeQuery(db, claims);
  return rows[0] && { ...rows[0], employeeId: rows[0].id };
}
/** Asked for every request of a session that is not known (known-sessions.ts). */
const scopeQuery = fixedQuery<AccessClaims, Omit<Scope, 'employeeId'> & { id: string; disabled: boolean }>((db, at) =>
  db
    .selectFrom('employee')
    .select(['companyId', 'id', 'role', 'departmentId', 'disabled'])
    .where('companyId', '=', at.companyId)
    .where('id', '=', at.employeeId)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('refreshToken')
          .select('tokenHash')
          .where('refreshToken.companyId', '=', at.companyId)
          .where('familyId', '=', at.familyId)
          .where('revokedAt', 'is', null),
      ),
    ),
);

/** The sessions among these that have not ended, of people who are not disabled. */
export const standing = (db: Reader, companyId: string, familyIds: readonly string[]) =>
  db
    .selectFrom('refreshToken')
    .innerJoin('employee', (join) =>
      join
        .onRef('employee.companyId', '=', 'refreshToken.companyId')
        .onRef('employee.id', '=', 'refreshToken.employeeId'),
    )
    .select(['familyId', 'role'])
    .distinct()
    .where('refreshToken.companyId', '=', companyId)
    .where('familyId', 'in', familyIds)
    .where('revokedAt', 'is', null)
    .where('disabled', '=', false)
    .execute();

export const insertToken = (tx: Tx, row: Tables['refreshToken']) => tx.insertInto('refreshToken').values(row).execute();

export const spendToken = (tx: Tx, companyId: string, tokenHash: string, successorHash: string, now: number) =>
  tx
    .updateTable('refreshToken')
    .set({ spentAt: sql<number>`coalesce(spent_at, ${now})`, successorHash })
    .where('companyId', '=', companyId)
    .where('tokenHash', '=', tokenHash)
    .execute();

export const revokeToken = (tx: Tx, companyId: string, tokenHash: string, now: number) =>
  tx
    .updateTable('refreshToken')
    .set({ revokedAt: now })
    .where('companyId', '=', companyId)
    .where('tokenHash', '=', tokenHash)
    .execute();

export const revokeFamily = (
  tx: Tx,
  { companyId, familyId }: { readonly companyId: string; readonly familyId: string },
  why: SessionEnd,
  now: number,
) =>
  tx
    .updateTable('refreshToken')
    .set({ revokedAt: now, revokedFor: why })
    .where('companyId', '=', companyId)
    .where('familyId', '=', familyId)
    .where('revokedAt', 'is', null)
    .execute();

/** All sessions of the scope's person but the one that asks. */
export const revokeOtherFamilies = (tx: Tx, { companyId, employeeId }: Scope, familyId: string, now: number) =>
  tx
    .updateTable('refreshToken')
    .set({ revokedAt: now, revokedFor: 'password' })
    .where('companyId', '=', companyId)
    .where('employeeId', '=', employeeId)
    .where('familyId', '!=', familyId)
    .where('revokedAt', 'is', null)
    .execute();

/** All sessions of a person. The caller has locked their devices. */
export const revokeAllFamilies = (tx: Tx, companyId: string, employeeId: string, why: SessionEnd, now: number) =>
  tx
    .updateTable('refreshToken')
    .set({ revokedAt: now, revokedFor: why })
    .where('companyId', '=', companyId)
    .where('employeeId', '=', employeeId)
    .where('revokedAt', 'is', null)
    .execute();

/** A one-time password. False = nobody in this company. */
export async function setOneTimePassword(
  tx: Tx,
  companyId: string,
  id: string,
  passwordHash: string,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('employee')
    .set({ passwordHash, mustChangePassword: true })
    .where('companyId', '=', companyId)
    .where('id', '=', id)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
