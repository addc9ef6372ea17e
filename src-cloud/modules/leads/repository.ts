import { sql, type Selectable } from 'kysely';
import {
  untouched,
  type CloudCheckedNumber,
  type CloudLead,
  type LeadFields,
} from '#shared/cloud-contract/contract.ts';
import { mayWorkOnLead } from '#shared/domain/lead-rights.ts';
import { forOldDesks } from '#shared/domain/number-check.ts';
import { isSampleNumber } from '#shared/domain/phone-number.ts';
import type { NumberCheck } from '#shared/domain/vocabulary.ts';
import type { Reader, Tx } from '../../database/database.ts';
import type { FieldVersions } from '../../database/schema-leads.ts';
import type { Tables } from '../../database/schema.ts';
import { leadVisibleTo, type Scope } from '../../database/scope.ts';
import { checksOf, numbersOf } from '../number-checks/index.ts';

export const fieldNames = [
  'companyName', 'contactName', 'contactTitle', 'phone', 'region', 'industry', 'registeredCapital', 'address',
  'legalPerson', 'creditCode', 'stage', 'tags', 'contacts', 'nextFollowUpAt', 'nextFollowUpNote',
] as const satisfies readonly (keyof LeadFields)[]; // prettier-ignore
const columns = [
  ...fieldNames,
  'id', 'numberCheck', 'sample', 'createdAt', 'version', 'ownerId', 'claimedAt', 'pool', 'releasedAt', 'releaseReason',
  'formerOwnerId',
] as const; // prettier-ignore

export async function leadsById(db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudLead[]> {
  const found = await db
    .selectFrom('lead')
    .select(columns)
    .where(leadVisibleTo(scope))
    .where('id', 'in', ids)
    .execute();
  const checks = await checksOf(db, scope.companyId, found.flatMap(({ phone, contacts }) => numbersOf(phone, contacts))); // prettier-ignore
  return found.map((lead) => onWire(lead, checks));
}

type LeadRow = Selectable<Pick<Tables['lead'], (typeof columns)[number]>>;

/** Of a hundred thousand leads most are as they came: what that is travels unsaid, and costs a first pull nothing. */
function onWire(lead: LeadRow, known: ReadonlyMap<string, CloudCheckedNumber>): CloudLead {
  const { stage, tags, contacts, nextFollowUpAt, nextFollowUpNote, ...row } = lead;
  const checks = [...new Set(numbersOf(row.phone, contacts))].flatMap((number) => known.get(number) ?? []);
  const own = row.phone === null ? undefined : known.get(row.phone);
  return {
    ...row,
    // The column is for servers of before, which write a number and leave the word of another one beside it.
    ...(own ? { numberCheck: forOldDesks(own.state as NumberCheck) } : {}),
    ...(checks.length === 0 ? {} : { checks }),
    ...(stage === untouched.stage ? {} : { stage }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(contacts.length === 0 ? {} : { contacts }),
    ...(nextFollowUpAt === null && nextFollowUpNote === null ? {} : { nextFollowUpAt, nextFollowUpNote }),
  } as CloudLead;
}

/**
 * The lead with its row lock, and whether the person may see it; whatever others do to it waits for this transaction.
 * Undefined = not here (deleted, or never).
 */
export const lockLead = (tx: Tx, scope: Scope, id: string) =>
  tx
    .selectFrom('lead')
    .select([...columns, 'fieldVersions', leadVisibleTo(scope).as('visible')])
    .where('companyId', '=', scope.companyId)
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .forUpdate()
    .executeTakeFirst();
export type LockedLead = NonNullable<Awaited<ReturnType<typeof lockLead>>>;

/** Agents work on what is theirs; managers and admins on all that they see. */
export const mayWorkOn = (scope: Scope, lead: LockedLead): boolean =>
  lead.visible && mayWorkOnLead(scope.role, lead.ownerId === scope.employeeId);

/** Who deleted a lead, when and why; undefined = nobody, or so long ago that nothing of it is here. */
export const findTombstone = async (tx: Tx, scope: Scope, id: string): Promise<Tombstone | undefined> =>
  (await tx
    .selectFrom('lead')
    .leftJoin('employee', (join) =>
      join.onRef('employee.companyId', '=', 'lead.companyId').onRef('employee.id', '=', 'lead.deletedBy'),
    )
    .select(['lead.deletedAt', 'lead.deleteReason as reason', 'employee.name as by'])
    .where('lead.companyId', '=', scope.companyId)
    .where('lead.id', '=', id)
    .where('lead.deletedAt', 'is not', null)
    .executeTakeFirst()) as Tombstone | undefined;
interface Tombstone {
  readonly deletedAt: number;
  readonly by: string | null;
  readonly reason: string | null;
}

/** The row stays as a tombstone, which nobody sees. */
export const buryLead = (tx: Tx, scope: Scope, id: string, reason: string, now: number) =>
  changeLead(tx, scope, id).set({ deletedAt: now, deletedBy: scope.employeeId, deleteReason: reason }).execute();

/** How many leads this person has deleted since then. */
export async function deletedSince(tx: Tx, scope: Scope, since: number): Promise<number> {
  const { n } = await tx
    .selectFrom('lead')
    .select(sql<number>`count(*)::int4`.as('n'))
    .where('companyId', '=', scope.companyId)
    .where('deletedAt', '>=', since)
    .where('deletedBy', '=', scope.employeeId)
    .executeTakeFirstOrThrow();
  return n;
}

/** The next version of a lead that the caller has locked, or, with `where`, of one that is still as it must be. */
export const changeLead = (tx: Tx, scope: Scope, id: string) => changeLeads(tx, scope.companyId, [id]);

/** The same of several. */
export const changeLeads = (tx: Tx, companyId: string, ids: readonly string[]) =>
  tx
    .updateTable('lead')
    .set({ version: sql<number>`version + 1` })
    .where('companyId', '=', companyId)
    .where('id', 'in', ids)
    .where('deletedAt', 'is', null);

export const setFields = (tx: Tx, scope: Scope, id: string, fields: Partial<LeadFields>, versions: FieldVersions) =>
  changeLead(tx, scope, id)
    .set({
      ...asStored(fields),
      ...(fields.phone === undefined ? {} : ofNumber(fields.phone)),
      fieldVersions: JSON.stringify(versions) as never,
    })
    .execute();

/**
 * What stands or falls with its number. What was found of another one says nothing of this; what is known of this one is told with it
 * (`leadsById`). A sample number that is corrected may be dialled, unless all of the company is a sample.
 */
const ofNumber = (phone: string | null) => ({
  numberCheck: 'unchecked' as const,
  sample: sql<boolean>`${phone !== null && isSampleNumber(phone)} OR sample AND (SELECT sample FROM company WHERE company.company_id = lead.company_id)`,
});

/** Lists are JSON, which the driver would take for arrays of PostgreSQL. */
const asStored = ({ tags, contacts, ...fields }: Partial<LeadFields>) => ({
  ...fields,
  ...(tags ? { tags: JSON.stringify(tags) } : {}),
  ...(contacts ? { contacts: JSON.stringify(contacts) } : {}),
});
