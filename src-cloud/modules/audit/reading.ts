import { sql } from 'kysely';
import type { AuditEntryView } from '#shared/cloud-contract/contract.ts';
import { actionsOf, type AuditAction, type AuditSubject } from '#shared/domain/audit.ts';
import type { Reader } from '../../database/database.ts';
import { beginningWith, containing } from '../../database/like.ts';
import { visibleTo, type Scope } from '../../database/scope.ts';

// The log is long, and read from its end: every question goes along an index in the order of time and stops when a page
// is full. Nothing counts it, and nothing skips over it.

export interface AuditFilter {
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  readonly subject?: AuditSubject | undefined;
  readonly action?: AuditAction | undefined;
  readonly employeeId?: string | undefined;
  readonly entityId?: string | undefined;
  readonly search?: string | undefined;
}
/** The place of an entry: newest first, and by id within one millisecond. */
export interface AuditPlace {
  readonly at: number;
  readonly id: string;
}
export interface AuditPage {
  readonly entries: AuditEntryView[];
  /** Where the next page begins; null = that is all. */
  readonly next: AuditPlace | null;
  /** Of a page that ended before it was full. */
  readonly searchedTo: number | null;
}

/** Where no index leads to what is asked for, so many entries are looked at at once; some 50 ms. */
const searchAtOnce = 20_000;

interface Range {
  /** Not this one, but what lies behind it. */
  readonly before: AuditPlace | null;
  /** This one as well. */
  readonly downTo?: AuditPlace | undefined;
}

/** Entries by the equalities of the filter and in a range of places, newest first. */
function inRange(
  db: Reader,
  scope: Scope,
  { from, until, employeeId, entityId }: AuditFilter,
  { before, downTo }: Range,
  actions: readonly AuditAction[] | null,
) {
  return db
    .selectFrom('audit')
    .where(visibleTo(scope, 'audit', 'employeeId'))
    .$if(employeeId !== undefined, (query) => query.where('employeeId', '=', employeeId ?? ''))
    .$if(entityId !== undefined, (query) => query.where('entityId', '=', entityId ?? ''))
    .$if(actions !== null, (query) => query.where('action', 'in', actions ?? []))
    .$if(from !== undefined, (query) => query.where('at', '>=', from ?? 0))
    .$if(until !== undefined, (query) => query.where('at', '<', until ?? 0))
    .$if(before !== null, (query) => query.where(sql<boolean>`(at, id) < (${before?.at}::int8, ${before?.id}::text)`))
    .$if(downTo !== undefined, (query) =>
      query.where(sql<boolean>`(at, id) >= (${downTo?.at}::int8, ${downTo?.id}::text)`),
    )
    .orderBy('at', 'desc')
    .orderBy('id', 'desc');
}

/** One query of a page; a test looks at how it is carried out. */
export function auditRows(
  db: Reader,
  scope: Scope,
  filter: AuditFilter,
  range: Range,
  { actions, limit }: { readonly actions: readonly AuditAction[] | null; readonly limit: number },
) {
  const { search } = filter;
  return inRange(db, scope, filter, range, actions)
    .$if(Boolean(search), (query) =>
      query.where(({ or, eb }) =>
        or([
          sql<boolean>`employee_id IN (SELECT id FROM employee WHERE company_id = ${scope.companyId}
            AND (name ILIKE ${containing(search ?? '')} OR account ILIKE ${containing(search ?? '')}))`,
          eb('entityName', 'ilike', containing(search ?? '')),
          eb('deviceName', 'ilike', containing(search ?? '')),
          eb('address', 'like', beginningWith(search ?? '')),
        ]),
      ),
    )
    .select(['id', 'at', 'action', 'employeeId', 'entityType', 'entityId', 'details', 'address', 'deviceName'])
    .select([
      sql<string | null>`(SELECT name FROM employee
        WHERE company_id = audit.company_id AND id = audit.employee_id)`.as('employeeName'),
      // Of a recording nothing but whose call it is: whom they called is a customer.
      sql<string | null>`coalesce(entity_name, CASE WHEN entity_type = 'recording' THEN (SELECT employee.name
        FROM recording JOIN employee ON employee.company_id = recording.company_id AND employee.id = recording.employee_id
        WHERE recording.company_id = audit.company_id AND recording.id = audit.entity_id) END)`.as('entityName'),
    ])
    .limit(limit);
}

/** The place of the last entry that a search looks at now; undefined = it comes to the end of the log. */
const searchEnd = (db: Reader, scope: Scope, filter: AuditFilter, range: Range) =>
  inRange(db, scope, filter, range, null)
    .select(['at', 'id'])
    .offset(searchAtOnce - 1)
    .limit(1)
    .executeTakeFirst();

/** A page of at most `limit` entries behind `before`. */
export async function auditPage(
  db: Reader,
  scope: Scope,
  filter: AuditFilter,
  { before, limit }: { readonly before: AuditPlace | null; readonly limit: number },
): Promise<AuditPage> {
  const end = isBounded(filter) ? await searchEnd(db, scope, filter, { before }) : undefined;
  const found: AuditEntryView[] = [];
  for (const actions of queriesOf(filter))
    found.push(
      ...(await auditRows(db, scope, filter, { before, downTo: end }, { actions, limit: limit + 1 }).execute()),
    );
  const entries = found.sort(newestFirst).slice(0, limit);
  const last = entries.at(-1);
  if (found.length > limit && last) return { entries, next: { at: last.at, id: last.id }, searchedTo: null };
  return { entries, next: end ?? null, searchedTo: end?.at ?? null };
}

/**
 * Must it be bounded by what it looks at? A search must, and one kind of deed among all that a person did. An entity has few
 * entries, whatever is asked of them.
 */
const isBounded = ({ search, employeeId, entityId, subject, action }: AuditFilter): boolean =>
  entityId === undefined && Boolean(search || (employeeId && (subject ?? action)));

/**
 * Which actions are asked for, query by query. Several of one group have an order of their own each: each is asked for its
 * newest, and they are merged. Where a person or an entity narrows it down, one query will do.
 */
function queriesOf({ subject, action, employeeId, entityId, search }: AuditFilter): (readonly AuditAction[] | null)[] {
  const actions = action ? [action] : subject ? actionsOf(subject) : null;
  if (!actions) return [null];
  return employeeId || entityId || search ? [actions] : actions.map((one) => [one]);
}

const newestFirst = (a: AuditPlace, b: AuditPlace): number => b.at - a.at || (a.id < b.id ? 1 : -1);
