import type { CloudCallRules } from '#shared/cloud-contract/contract.ts';
import type { CallRules } from '#shared/domain/call-rules.ts';
import type { Reader, Tx } from '../../database/database.ts';
import { rulesFor, type Scope } from '../../database/scope.ts';

const columns = ['id', 'departmentId', 'version', 'rules'] as const;

interface Stored {
  readonly id: string;
  readonly departmentId: string | null;
  readonly version: number;
  readonly rules: CallRules;
}
const onWire = ({ rules, ...row }: Stored): CloudCallRules => ({ ...row, ...rules, week: [...rules.week] });

export async function callRulesById(db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudCallRules[]> {
  const found = await db
    .selectFrom('callRules')
    .select(columns)
    .where(rulesFor(scope, 'callRules'))
    .where('id', 'in', ids)
    .execute();
  return found.map(onWire);
}

/** The company's, and those of its departments. */
export async function allCallRules(db: Reader, { companyId }: Scope): Promise<CloudCallRules[]> {
  const found = await db
    .selectFrom('callRules')
    .select(columns)
    .where('companyId', '=', companyId)
    .orderBy('id')
    .execute();
  return found.map(onWire);
}

/** With its row lock. */
export async function lockCallRules(tx: Tx, { companyId }: Scope, id: string): Promise<CloudCallRules | undefined> {
  const found = await tx
    .selectFrom('callRules')
    .select(columns)
    .where('companyId', '=', companyId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return found && onWire(found);
}

/** The key that refuses the second of two who make the first rules at once. */
export const rulesKey = 'call_rules_pkey';

export const insertCallRules = (tx: Tx, { companyId }: Scope, { rules, ...row }: Stored, updatedAt: number) =>
  tx
    .insertInto('callRules')
    .values({ companyId, ...row, rules: JSON.stringify(rules), updatedAt })
    .execute();

export const updateCallRules = (tx: Tx, { companyId }: Scope, { id, version, rules }: Stored, updatedAt: number) =>
  tx
    .updateTable('callRules')
    .set({ version, rules: JSON.stringify(rules), updatedAt })
    .where('companyId', '=', companyId)
    .where('id', '=', id)
    .execute();

export const deleteCallRules = (tx: Tx, { companyId }: Scope, id: string) =>
  tx.deleteFrom('callRules').where('companyId', '=', companyId).where('id', '=', id).execute();
