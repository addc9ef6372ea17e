import { sql, type RawBuilder } from 'kysely';
import type { DuplicateKey } from '#shared/domain/lead-import.ts';
import { duplicateKeyOf } from '#shared/domain/lead-import-row.ts';
import type { LeadFields } from '#shared/cloud-contract/contract.ts';
import { lockCompany } from '../../database/company-lock.ts';
import type { Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';

const range = (from: number, count: number): string =>
  Array.from({ length: count }, (_, at) => String.fromCharCode(from + at)).join('');
const upper = range(0x41, 26);

/** SQL: `companyNameKey` of a lead's name, as the column of migration 0037 has it. */
export const leadNameKey: RawBuilder<string> = sql`translate(translate(company_name, ${sql.lit(range(0xff01, 94))}, ${sql.lit(range(0x21, 94))}),
  ${sql.lit(upper)} || U&' \\3000\\0009\\000A\\000D\\00A0\\FEFF', ${sql.lit(upper.toLowerCase())})`;

/**
 * From here to the end of the transaction no other import of the company looks for leads: of two that bring the same one the
 * second finds it.
 */
export const lockImports = (tx: Tx, { companyId }: Scope) => lockCompany(tx, 'imports', companyId);

type Compared = Pick<LeadFields, 'companyName' | 'phone' | 'creditCode'>;

/**
 * Leads of the company, whoever owns them, that have a key in common with one of these; the oldest first. Null = these have none.
 * Each way has its index, and none of them asks what PostgreSQL would not ask ahead of a row's policy.
 */
export function leadsLike(tx: Tx, { companyId }: Scope, leads: readonly Compared[], keys: readonly DuplicateKey[]) {
  const wanted = (key: DuplicateKey): string[] => [
    ...new Set(keys.includes(key) ? leads.flatMap((lead) => duplicateKeyOf[key](lead) ?? []) : []),
  ];
  const [codes, phones, names] = [wanted('creditCode'), wanted('phone'), wanted('name')];
  if (codes.length + phones.length + names.length === 0) return null;
  return tx
    .selectFrom('lead')
    .select(['id', 'companyName', 'phone', 'creditCode'])
    .where('companyId', '=', companyId)
    .where('deletedAt', 'is', null)
    .where((where) =>
      where.or([
        sql<boolean>`credit_code = ANY (${codes}::text[])`,
        sql<boolean>`phone = ANY (${phones}::text[])`,
        sql<boolean>`name_key = ANY (${names}::text[])`,
      ]),
    )
    .orderBy('createdAt')
    .orderBy('id');
}
