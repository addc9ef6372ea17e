import { sql } from 'kysely';
import { acrossCompanies } from '../../database/access.ts';
import type { Database, Reader, Tx } from '../../database/database.ts';
import type { AuditAction, Tables } from '../../database/schema.ts';
import type { Scope } from '../../database/scope.ts';
import type { AccessClaims } from './tokens.ts';

// Before a person is known there is no Scope: these are the only queries that look across companies, and each one
// starts from a secret (an account name with a password to follow, or the hash of a token).

export const findAccount = (db: Database, account: string) =>
  acrossCompanies(db, 'whose-account', (reader) =>
    reader
      .selectFrom('employee')
      .select(['companyId', 'id', 'passwordHash', 'disabled'])
      .where('accountKey', '=', sql<string>`lower(${account})`)
      .executeTakeFirst(),
  );

export const companyOfToken = async (db: Database, tokenHash: string): Promise<string | undefined> => {
  const found = await acrossCompanies(db, 'whose-token', (reader) =>
    reader.selectFrom('refreshToken').select('companyId').where('tokenHash', '=', tokenHash).executeTakeFirst(),
  );
  return found?.companyId;
};

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

export const revokeFamily = (tx: Tx, companyId: string, familyId: string, now: number) =>
  tx
    .updateTable('refreshToken')
    .set({ revokedAt: now })
    .where('companyId', '=', companyId)
    .where('familyId', '=', familyId)
    .where('revokedAt', 'is', null)
    .execute();

export const insertAudit = (
  tx: Tx,
  row: { id: string; companyId: string; employeeId: string; action: AuditAction; entityId: string; at: number },
) => tx.insertInto('audit').values(row).execute();
