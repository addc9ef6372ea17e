import { sql } from 'kysely';
import type { CloudSipAccount } from '#shared/cloud-contract/contract.ts';
import type { SipSettings } from '#shared/domain/sip-account.ts';
import type { SealedSecret } from '../../app/secret-box.ts';
import type { Reader, Tx } from '../../database/database.ts';
import { sipAccountOf, type Scope } from '../../database/scope.ts';
import { containing } from '../../database/like.ts';

type Company = Pick<Scope, 'companyId'>;

/** For desks: their own person's, and nothing of the passwords. */
export const sipAccountsById = (db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudSipAccount[]> =>
  db
    .selectFrom('sipAccount')
    .select(['id', 'secretId', 'account'])
    .where(sipAccountOf(scope))
    .where('id', 'in', ids)
    .execute() as Promise<CloudSipAccount[]>;

export interface ChannelQuery {
  readonly search?: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** An employee has an `account` too. */
const part = (name: 'name' | 'user' | 'domain') => sql<string>`${sql.ref('sipAccount.account')}->>${sql.lit(name)}`;

const wanted = (db: Reader, { companyId }: Company, { search }: ChannelQuery) =>
  db
    .selectFrom('sipAccount')
    .leftJoin('employee', (join) =>
      join.onRef('employee.companyId', '=', 'sipAccount.companyId').onRef('employee.id', '=', 'sipAccount.employeeId'),
    )
    .where('sipAccount.companyId', '=', companyId)
    .$if(Boolean(search), (query) =>
      query.where((where) =>
        where.or(
          [part('name'), part('user'), part('domain'), sql.ref('employee.name')].map(
            (text) => sql<boolean>`${text} ILIKE ${containing(search ?? '')}`,
          ),
        ),
      ),
    );

/** By domain and extension. */
export async function listSipAccounts(db: Reader, scope: Company, query: ChannelQuery) {
  const count = sql<number>`count(*)::int4`.as('total');
  const { total } = await wanted(db, scope, query).select(count).executeTakeFirstOrThrow();
  const accounts = await wanted(db, scope, query)
    .select(['sipAccount.id', 'sipAccount.version', 'sipAccount.account', 'sipAccount.employeeId', 'sipAccount.keyId'])
    .select(['sipAccount.hasTurnPassword', 'sipAccount.takenAt', 'employee.name as employeeName'])
    .select(sql<boolean>`coalesce(employee.disabled, false)`.as('employeeDisabled'))
    .orderBy(part('domain'))
    .orderBy(part('user'))
    .orderBy('sipAccount.id')
    .offset(query.offset)
    .limit(query.limit)
    .execute();
  return { accounts, total };
}

/** With its row lock. */
export const lockSipAccount = (tx: Tx, { companyId }: Company, id: string) =>
  tx
    .selectFrom('sipAccount')
    .select(['id', 'version', 'account', 'employeeId', 'secretId', 'sealed', 'keyId'])
    .where('companyId', '=', companyId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();

/** The scope's own person's, with its row lock. */
export const lockOwnSipAccount = (tx: Tx, scope: Scope, id: string) =>
  tx
    .selectFrom('sipAccount')
    .select(['id', 'account', 'secretId', 'sealed', 'keyId'])
    .where(sipAccountOf(scope))
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();

/** The index that refuses a second account of the same user at the same PBX. */
export const addressIndex = 'sip_account_address';

interface Written extends SealedSecret {
  readonly account: SipSettings;
  readonly employeeId: string | null;
  readonly secretId: string;
  readonly hasTurnPassword: boolean;
  readonly version: number;
}

export const insertSipAccount = (
  tx: Tx,
  { companyId }: Company,
  { account, ...row }: Written & { readonly id: string; readonly createdAt: number },
) =>
  tx
    .insertInto('sipAccount')
    .values({ companyId, account: JSON.stringify(account), takenAt: null, ...row })
    .execute();

export const updateSipAccount = (
  tx: Tx,
  { companyId }: Company,
  id: string,
  { account, ...fields }: Partial<Written> & { readonly takenAt?: number | null },
) =>
  tx
    .updateTable('sipAccount')
    .set({ ...fields, ...(account ? { account: JSON.stringify(account) } : {}) })
    .where('companyId', '=', companyId)
    .where('id', '=', id)
    .execute();

export const deleteSipAccount = (tx: Tx, { companyId }: Company, id: string) =>
  tx.deleteFrom('sipAccount').where('companyId', '=', companyId).where('id', '=', id).execute();

/**
 * How many accounts an employee has besides, under the lock of their row: two who assign at once are counted one after the
 * other. Undefined = no such employee.
 */
export async function countBesides(
  tx: Tx,
  { companyId }: Company,
  employeeId: string,
  id: string,
): Promise<{ readonly name: string; readonly accounts: number } | undefined> {
  const employee = await tx
    .selectFrom('employee')
    .select('name')
    .where('companyId', '=', companyId)
    .where('id', '=', employeeId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!employee) return undefined;
  const { accounts } = await tx
    .selectFrom('sipAccount')
    .select(sql<number>`count(*)::int4`.as('accounts'))
    .where('companyId', '=', companyId)
    .where('employeeId', '=', employeeId)
    .where('id', '!=', id)
    .executeTakeFirstOrThrow();
  return { name: employee.name, accounts };
}

/** Those that are encrypted with one of these keys, of one company; at most `limit`. */
export const sealedWith = (db: Reader, companyId: string, keyIds: readonly string[], limit: number) =>
  db
    .selectFrom('sipAccount')
    .select(['id', 'sealed', 'keyId'])
    .where('companyId', '=', companyId)
    .where('keyId', 'in', keyIds)
    .orderBy('id')
    .limit(limit)
    .execute();

/** Puts the same secret there under another key, unless somebody has written another one meanwhile. */
export const reseal = (tx: Tx, companyId: string, id: string, before: SealedSecret, after: SealedSecret) =>
  tx
    .updateTable('sipAccount')
    .set({ sealed: after.sealed, keyId: after.keyId })
    .where('companyId', '=', companyId)
    .where('id', '=', id)
    .where('sealed', '=', before.sealed)
    .execute();
