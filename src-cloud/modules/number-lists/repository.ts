import { sql, type RawBuilder } from 'kysely';
import type { CloudListing, RouteReply, listings } from '#shared/cloud-contract/contract.ts';
import type { NumberList } from '#shared/domain/number-lists.ts';
import { nationalDigits } from '#shared/domain/phone-number.ts';
import type { Reader, Tx } from '../../database/database.ts';
import type { Tables } from '../../database/schema.ts';
import { listingVisibleTo, visibleTo, type Scope } from '../../database/scope.ts';

type Listing = RouteReply<typeof listings>['listings'][number];
type Waiting = RouteReply<typeof listings>['waiting'];

/** For desks: no names, and what was said of a request to its own person alone. */
export const listingsById = (db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudListing[]> =>
  db
    .selectFrom('listing')
    .select(['id', 'list', 'number', 'reason', 'state', 'expiresAt', 'requestedAt'])
    .select([
      sql<boolean>`employee_id = ${scope.employeeId}`.as('own'),
      sql<string>`CASE WHEN employee_id = ${scope.employeeId} THEN decision_note ELSE '' END`.as('decisionNote'),
    ])
    .where(listingVisibleTo(scope))
    .where('id', 'in', ids)
    .execute();

/** False when an entry of that id is there already. */
export async function insertListing(
  tx: Tx,
  scope: Scope,
  row: Omit<Tables['listing'], 'companyId' | 'employeeId' | 'decisionNote'>,
): Promise<boolean> {
  const inserted = await tx
    .insertInto('listing')
    .values({ companyId: scope.companyId, employeeId: scope.employeeId, ...row })
    .onConflict((conflict) => conflict.columns(['companyId', 'id']).doNothing())
    .executeTakeFirst();
  return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** The person's own entry of this id. */
export const ownListing = (tx: Tx, scope: Scope, id: string) =>
  tx
    .selectFrom('listing')
    .select(['list', 'number', 'reason'])
    .where('companyId', '=', scope.companyId)
    .where('id', '=', id)
    .where('employeeId', '=', scope.employeeId)
    .executeTakeFirst();

/** The same with its row lock, and what was decided. */
export const lockOwnListing = (tx: Tx, scope: Scope, id: string) =>
  tx
    .selectFrom('listing')
    .select(['list', 'state', 'decidedBy'])
    .where('companyId', '=', scope.companyId)
    .where('id', '=', id)
    .where('employeeId', '=', scope.employeeId)
    .forUpdate()
    .executeTakeFirst();

interface Query {
  readonly list: NumberList;
  readonly state?: Listing['state'] | undefined;
  readonly search?: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

const wanted = (db: Reader, scope: Scope, { list, state, search }: Query) =>
  db
    .selectFrom('listing')
    .where(listingVisibleTo(scope))
    .where('list', '=', list)
    .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'requested'))
    .$if(Boolean(search), (query) => query.where(isPartOfNumber(search ?? '')));

/** A landline is kept without the 0 that people write; what has no digits is no number's part. */
function isPartOfNumber(typed: string): RawBuilder<boolean> {
  const digits = nationalDigits(typed).replace(/^0/, '');
  return digits === '' ? sql<boolean>`false` : sql<boolean>`number LIKE ${`%${digits}%`}`;
}

/** A name, where this person may see whose it is. */
const nameOf = (scope: Scope, column: 'employeeId' | 'decidedBy'): RawBuilder<string | null> =>
  sql<string | null>`CASE WHEN ${visibleTo(scope, 'listing', column)} THEN (SELECT name FROM employee
    WHERE company_id = listing.company_id AND id = ${sql.ref(`listing.${column}`)}) END`;

/** Those that wait for a decision first, then newest first. */
export async function listListings(
  db: Reader,
  scope: Scope,
  query: Query,
): Promise<{ listings: Listing[]; total: number; waiting: Waiting }> {
  const count = sql<number>`count(*)::int4`.as('total');
  const { total } = await wanted(db, scope, query).select(count).executeTakeFirstOrThrow();
  const rows = await wanted(db, scope, query)
    .select(['id', 'list', 'number', 'reason', 'callId', 'source', 'state', 'expiresAt', 'requestedAt'])
    .select(['decidedAt', 'decisionNote'])
    .select([
      nameOf(scope, 'employeeId').as('requestedBy'),
      nameOf(scope, 'decidedBy').as('decidedBy'),
      visibleTo(scope, 'listing', 'employeeId').as('editable'),
    ])
    .orderBy(sql`state = 'requested'`, 'desc')
    .orderBy('storedAt', 'desc')
    .orderBy('id', 'desc')
    .offset(query.offset)
    .limit(query.limit)
    .execute();
  return { listings: rows, total, waiting: await waitingFor(db, scope) };
}

async function waitingFor(db: Reader, scope: Scope): Promise<Waiting> {
  const found = await db
    .selectFrom('listing')
    .select(['list', sql<number>`count(*)::int4`.as('n')])
    .where(visibleTo(scope, 'listing', 'employeeId'))
    .where('state', '=', 'requested')
    .groupBy('list')
    .execute();
  const of = (list: NumberList): number => found.find((one) => one.list === list)?.n ?? 0;
  return { blacklist: of('blacklist'), invalid: of('invalid') };
}

/** With its row lock, where this person may decide on it: of their own, their department's, or any. */
export const lockListing = (tx: Tx, scope: Scope, id: string) =>
  tx
    .selectFrom('listing')
    .select(['id', 'list', 'number', 'state', 'decidedBy', 'expiresAt'])
    .where(visibleTo(scope, 'listing', 'employeeId'))
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();

type Decision = Pick<Tables['listing'], 'state' | 'expiresAt' | 'decidedBy' | 'decidedAt'> & { decisionNote: string };

export const setDecision = (tx: Tx, scope: Scope, id: string, decision: Decision) =>
  tx.updateTable('listing').set(decision).where('companyId', '=', scope.companyId).where('id', '=', id).execute();

/** Takes off every entry of the number that is in force and that the person may change. @returns their ids */
export async function takeOff(
  tx: Tx,
  scope: Scope,
  { list, number }: { list: NumberList; number: string },
  now: number,
): Promise<string[]> {
  const removed = await tx
    .updateTable('listing')
    .set({ state: 'removed', decidedBy: scope.employeeId, decidedAt: now })
    .where(visibleTo(scope, 'listing', 'employeeId'))
    .where('list', '=', list)
    .where('number', '=', number)
    .where('state', '=', 'approved')
    .returning('id')
    .execute();
  return removed.map(({ id }) => id);
}
