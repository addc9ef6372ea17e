import { sql } from 'kysely';
import type { CloudCheckedNumber, LeadContact } from '#shared/cloud-contract/contract.ts';
import { forOldDesks } from '#shared/domain/number-check.ts';
import type { NumberCheck } from '#shared/domain/vocabulary.ts';
import { lockCompany } from '../../database/company-lock.ts';
import type { Reader, Tx } from '../../database/database.ts';
import { leadVisibleTo, type Scope } from '../../database/scope.ts';
import type { NumberCheckProvider, Finding } from '../../app/number-check-provider.ts';

const unclaimed = { claimId: null, claimedUntil: null, claimedBy: null, claimedDepartmentId: null };

/** From here to the end of the transaction no other request of the company begins: of two for one number the second finds the first. */
export const lockClaims = (tx: Tx, { companyId }: Scope) => lockCompany(tx, 'number-checks', companyId);

/** What was found of these numbers, as desks are told; of those that nobody has checked nothing. */
export async function checksOf(
  db: Reader,
  companyId: string,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, CloudCheckedNumber>> {
  if (numbers.length === 0) return new Map();
  const found = await db
    .selectFrom('numberCheck')
    .leftJoin('employee', (join) =>
      join
        .onRef('employee.companyId', '=', 'numberCheck.companyId')
        .onRef('employee.id', '=', 'numberCheck.employeeId'),
    )
    .select(['numberCheck.number', 'state', 'raw', 'family', 'provider', 'checkedAt as at', 'employee.name as by'])
    .where('numberCheck.companyId', '=', companyId)
    .where('numberCheck.number', '=', sql<string>`ANY (${numbers}::text[])`)
    .where('state', 'is not', null)
    .execute();
  return new Map(found.map((one) => [one.number, one as CloudCheckedNumber]));
}

/** The numbers of leads that this person sees, by the lead: the first contact's and the others'. */
export async function numbersOfLeads(
  db: Reader,
  scope: Scope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = await db
    .selectFrom('lead')
    .select(['id', 'phone', 'contacts'])
    .where(leadVisibleTo(scope))
    .where('id', 'in', ids)
    .execute();
  return new Map(found.map(({ id, phone, contacts }) => [id, new Set(numbersOf(phone, contacts))]));
}

export const numbersOf = (phone: string | null, contacts: readonly LeadContact[]): string[] => [
  ...(phone === null ? [] : [phone]),
  ...contacts.map((contact) => contact.phone).filter((one) => one !== ''),
];

export interface Claim {
  readonly id: string;
  /** ms; a server that dies holds nobody up for longer. */
  readonly until: number;
}

/** What requests that are under way may still spend of a pot. */
export async function countClaimed(
  tx: Tx,
  { companyId }: Scope,
  now: number,
): Promise<(pot: { readonly whose: 'company' | 'department' | 'person'; readonly id: string }) => number> {
  const claimed = await tx
    .selectFrom('numberCheck')
    .select(['claimedBy', 'claimedDepartmentId', sql<number>`count(*)::int4`.as('n')])
    .where('companyId', '=', companyId)
    .where('claimedUntil', '>', now)
    .groupBy(['claimedBy', 'claimedDepartmentId'])
    .execute();
  return ({ whose, id }) =>
    claimed
      .filter(
        (one) => whose === 'company' || (whose === 'person' ? one.claimedBy === id : one.claimedDepartmentId === id),
      )
      .reduce((sum, { n }) => sum + n, 0);
}

/** Which of these numbers somebody else is asking for now. Under `lockClaims`. */
export async function claimedOf(
  tx: Tx,
  { companyId }: Scope,
  numbers: readonly string[],
  now: number,
): Promise<Set<string>> {
  const found = await tx
    .selectFrom('numberCheck')
    .select('number')
    .where('companyId', '=', companyId)
    .where('number', '=', sql<string>`ANY (${numbers}::text[])`)
    .where('claimedUntil', '>', now)
    .execute();
  return new Set(found.map(({ number }) => number));
}

/** Under `lockClaims`. */
export async function claim(tx: Tx, scope: Scope, numbers: readonly string[], { id, until }: Claim): Promise<void> {
  if (numbers.length === 0) return;
  const claimed = {
    ...{ claimId: id, claimedUntil: until, claimedBy: scope.employeeId },
    claimedDepartmentId: scope.departmentId,
  };
  await tx
    .insertInto('numberCheck')
    .values(inOrder(numbers).map((number) => ({ companyId: scope.companyId, number, state: null, ...claimed })))
    .onConflict((conflict) => conflict.columns(['companyId', 'number']).doUpdateSet(claimed))
    .execute();
}

/** Ends what is left of a claim: nobody knows more of its numbers than before. */
export async function release(tx: Tx, companyId: string, claimId: string, numbers: readonly string[]): Promise<void> {
  const ours = tx
    .selectFrom('numberCheck')
    .select('number')
    .where('companyId', '=', companyId)
    .where('number', '=', sql<string>`ANY (${numbers}::text[])`)
    .where('claimId', '=', claimId)
    .orderBy('number')
    .forUpdate();
  const rows = (await ours.execute()).map(({ number }) => number);
  if (rows.length === 0) return;
  const these = sql<string>`ANY (${rows}::text[])`;
  await tx
    .deleteFrom('numberCheck')
    .where('companyId', '=', companyId)
    .where('number', '=', these)
    .where('state', 'is', null)
    .execute();
  await tx
    .updateTable('numberCheck')
    .set(unclaimed)
    .where('companyId', '=', companyId)
    .where('number', '=', these)
    .execute();
}

/** Writes what was found; what was claimed for it is no longer. In the order of the numbers, as whoever claims them has it. */
export async function keepFindings(
  tx: Tx,
  scope: Scope,
  found: ReadonlyMap<string, Finding>,
  { provider: { name, family }, now }: { readonly provider: Pick<NumberCheckProvider, 'name' | 'family'>; readonly now: number }, // prettier-ignore
): Promise<void> {
  const { companyId, employeeId } = scope;
  await tx
    .insertInto('numberCheck')
    .values(
      inOrder([...found.keys()]).map((number) => {
        const { state, raw } = found.get(number) as Finding;
        return { companyId, number, state, raw, family, provider: name, checkedAt: now, employeeId, ...unclaimed };
      }),
    )
    .onConflict((conflict) =>
      conflict.columns(['companyId', 'number']).doUpdateSet((excluded) => ({
        ...Object.fromEntries(
          (['state', 'raw', 'family', 'provider', 'checkedAt', 'employeeId'] as const).map((column) => [column, excluded.ref(`excluded.${column}`)]), // prettier-ignore
        ),
        ...unclaimed,
      })),
    )
    .execute();
}

/**
 * Tells every lead with one of these numbers, whoever's it is: its column for servers and desks of before has the new word.
 * @returns their ids, in order
 */
export async function tellLeads(
  tx: Tx,
  { companyId }: Scope,
  found: ReadonlyMap<string, { readonly state: NumberCheck }>,
): Promise<string[]> {
  const numbers = [...found.keys()];
  const leads = tx.selectFrom('lead').select('id').where('companyId', '=', companyId).where('deletedAt', 'is', null);
  const byPhone = await leads.where('phone', '=', sql<string>`ANY (${numbers}::text[])`).execute();
  // By the index of those that have contacts at all (migration 0033).
  const withContacts = await leads.where(sql<boolean>`contacts <> '[]'::jsonb`)
    .where(sql<boolean>`jsonb_path_query_array(contacts, '$[*].phone') ?| ${numbers}::text[]`)
    .execute(); // prettier-ignore
  const ids = [...new Set([...byPhone, ...withContacts].map(({ id }) => id))].sort();
  // In the order of their ids, as whoever locks several does; their words may be others behind the lock.
  if (ids.length === 0) return [];
  const locked = await tx
    .selectFrom('lead')
    .select(['id', 'phone'])
    .where('companyId', '=', companyId)
    .where('id', '=', sql<string>`ANY (${ids}::text[])`)
    .where('deletedAt', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();
  for (const word of new Set([...found.values()].map(({ state }) => forOldDesks(state)))) {
    const theirs = locked.filter(({ phone }) => {
      const state = phone === null ? undefined : found.get(phone)?.state;
      return state !== undefined && forOldDesks(state) === word;
    });
    if (theirs.length > 0) await setWord(tx, companyId, theirs, word);
  }
  return locked.map(({ id }) => id);
}

const setWord = (
  tx: Tx,
  companyId: string,
  leads: readonly { readonly id: string }[],
  numberCheck: ReturnType<typeof forOldDesks>,
) =>
  tx
    .updateTable('lead')
    .set({ numberCheck, version: sql<number>`version + 1` })
    .where('companyId', '=', companyId)
    .where('id', '=', sql<string>`ANY (${leads.map(({ id }) => id)}::text[])`)
    .execute();

const inOrder = (numbers: readonly string[]): string[] => [...numbers].sort();
