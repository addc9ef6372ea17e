import { sql } from 'kysely';
import type { Reader, Tx } from '../../database/database.ts';
import type { AuditAction, Tables } from '../../database/schema.ts';
import type { Scope } from '../../database/scope.ts';
import type { AccessClaims } from './tokens.ts';

// Before a person is known there is no Scope: these are the only queries that look across companies, and each one
// starts from a secret (an account name with a password to follow, or the hash of a token).

export const findAccount = (db: Reader, account: string) =>
  db
    .selectFrom('employee')
    .select(['companyId', 'id', 'passwordHash', 'disabled'])
    .where(sql<string>`lower(account)`, '=', account.toLowerCase())
    .executeTakeFirst();

/** Locks the row: two refreshes with one token go one after the other. */
export const lockToken = (tx: Tx, tokenHash: string) =>
  tx.selectFrom('refreshToken').selectAll().where('tokenHash', '=', tokenHash).forUpdate().executeTakeFirst();

export const findToken = (db: Reader, companyId: string, tokenHash: string) =>
  db
    .selectFrom('refreshToken')
    .selectAll()
    .where('companyId', '=', companyId)
    .where('tokenHash', '=', tokenHash)
    .executeTakeFirst();

/** The person behind an access token, as they are now: a changed role or a disabled account counts at once. */
export async function findScope(
  db: Reader,
  claims: AccessClaims,
): Promise<(Scope & { disabled: boolean }) | undefined> {
  const row = await db
    .selectFrom('employee')
    .select(['companyId', 'id', 'role', 'departmentId', 'disabled'])
    .where('companyId', '=', claims.companyId)
    .where('id', '=', claims.employeeId)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('refreshToken')
          .select('tokenHash')
          .where('refreshToken.companyId', '=', claims.companyId)
          .where('familyId', '=', claims.familyId)
          .where('revokedAt', 'is', null),
      ),
    )
    .executeTakeFirst();
  return row && { ...row, employeeId: row.id };
}

export const insertToken = (db: Reader, row: Tables['refreshToken']) =>
  db.insertInto('refreshToken').values(row).execute();

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

export const revokeFamily = (db: Reader, companyId: string, familyId: string, now: number) =>
  db
    .updateTable('refreshToken')
    .set({ revokedAt: now })
    .where('companyId', '=', companyId)
    .where('familyId', '=', familyId)
    .where('revokedAt', 'is', null)
    .execute();

export const insertAudit = (
  db: Reader,
  row: { id: string; companyId: string; employeeId: string; action: AuditAction; entityId: string; at: number },
) => db.insertInto('audit').values(row).execute();
