import { sql } from 'kysely';
import type { QuotaKind, QuotaPeriod, QuotaRule } from '#shared/domain/quotas.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import type { Reader, Tx } from '../../database/database.ts';
import { keyOf, type Take } from './pots.ts';

const columns = ['id', 'target', 'targetId', 'share', 'kind', 'period', 'amount'] as const;
export type StoredRule = QuotaRule & { readonly id: string };

/** @param kind absent: of all kinds */
export const rulesOf = (db: Reader, companyId: string, kind?: QuotaKind): Promise<StoredRule[]> =>
  db
    .selectFrom('quotaRule')
    .select(columns)
    .where('companyId', '=', companyId)
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind as QuotaKind))
    .orderBy('kind')
    .orderBy('id')
    .execute();

/**
 * Adds `amount` to what is used of each of these, one after the other in their order (so that two who spend at once do not
 * wait for each other both ways), but for those whose limit that would pass. @returns which of them it was added to
 */
export async function takeFrom(
  tx: Tx,
  companyId: string,
  kind: QuotaKind,
  takes: readonly Take[],
  amount: number,
): Promise<Set<string>> {
  const list = <T>(of: (take: Take) => T): T[] => takes.map(of);
  const { rows } = await sql<{ id: string; period: QuotaPeriod }>`
    WITH wanted AS (
      SELECT * FROM unnest(${list(({ period }) => period)}::text[], ${list(({ id }) => id)}::text[],
        ${list(({ start }) => start)}::int8[], ${list(({ limit }) => limit)}::int8[])
        WITH ORDINALITY AS given (period, pot, start, most, n))
    INSERT INTO quota_use AS used (company_id, kind, period, pot, start, spent)
    SELECT ${companyId}, ${kind}, period, pot, start, ${amount}::int8 FROM wanted
    WHERE most IS NULL OR ${amount}::int8 <= most
    ORDER BY n
    ON CONFLICT (company_id, kind, period, pot, start) DO UPDATE SET spent = used.spent + excluded.spent
      WHERE coalesce(used.spent + excluded.spent <= (SELECT most FROM wanted
        WHERE wanted.pot = used.pot AND wanted.period = used.period), true)
    RETURNING pot AS id, period`.execute(tx as never);
  return new Set(rows.map(keyOf));
}

/** What is used up of each, by `keyOf`. */
export async function spentOf(
  db: Reader,
  companyId: string,
  pots: readonly Pick<Take, 'id' | 'period' | 'start'>[],
  kind: QuotaKind,
): Promise<Map<string, number>> {
  const found = await db
    .selectFrom('quotaUse')
    .select(['pot as id', 'period', 'start', 'spent'])
    .where('companyId', '=', companyId)
    .where('kind', '=', kind)
    .where('pot', 'in', [...new Set(pots.map(({ id }) => id))])
    .where('start', 'in', [...new Set(pots.map(({ start }) => start))])
    .execute();
  // The first day of a month and the month begin together.
  return new Map(found.map((row) => [keyOf(row), row.spent]));
}

/** Uses of everybody and everything of the company in the periods that began then. */
export const usesSince = (db: Reader, companyId: string, starts: { readonly [P in QuotaPeriod]: number }) =>
  db
    .selectFrom('quotaUse')
    .select(['pot', 'kind', 'period', 'spent'])
    .where('companyId', '=', companyId)
    .where(({ or, and, eb }) =>
      or(
        (['day', 'month'] as const).map((period) => and([eb('period', '=', period), eb('start', '=', starts[period])])),
      ),
    )
    .execute();

/** Who people are, by their id; and departments. */
export async function peopleOf(db: Reader, companyId: string) {
  const people = await db
    .selectFrom('employee')
    .leftJoin('department', (join) =>
      join
        .onRef('department.companyId', '=', 'employee.companyId')
        .onRef('department.id', '=', 'employee.departmentId'),
    )
    .select(['employee.id', 'employee.name', 'employee.role', 'employee.departmentId'])
    .select('department.name as departmentName')
    .where('employee.companyId', '=', companyId)
    .execute();
  return new Map(people.map((one) => [one.id, one]));
}
export type Person = {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly departmentId: string | null;
  readonly departmentName: string | null;
};

export const insertRule = (tx: Tx, companyId: string, rule: StoredRule, updatedAt: number) =>
  tx
    .insertInto('quotaRule')
    .values({
      companyId,
      ...rule,
      departmentId: rule.target === 'department' ? rule.targetId : null,
      employeeId: rule.target === 'person' ? rule.targetId : null,
      updatedAt,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['companyId', 'kind', 'period', 'target', 'targetId', 'share'])
        .doUpdateSet({ amount: rule.amount, updatedAt }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();

/** What it said before, with its row lock. */
export const lockSame = (tx: Tx, companyId: string, { kind, period, target, targetId, share }: QuotaRule) =>
  tx
    .selectFrom('quotaRule')
    .select('amount')
    .where('companyId', '=', companyId)
    .where('kind', '=', kind)
    .where('period', '=', period)
    .where('target', '=', target)
    .where('targetId', '=', targetId)
    .where('share', '=', share)
    .forUpdate()
    .executeTakeFirst();

export const deleteRule = (tx: Tx, companyId: string, id: string): Promise<StoredRule | undefined> =>
  tx
    .deleteFrom('quotaRule')
    .where('companyId', '=', companyId)
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirst();
