import type { CallQuery } from '#shared/desk-contract/areas/calls.ts';
import type { ReadableDb } from '../../database/handles.ts';
import type { CallRow } from './call-row.ts';
import { selectCall } from './repository.ts';
import { firstCalls } from './table/first-calls.ts';
import { CallTable, type CallsAsked, type CountedCalls } from './table/table.ts';

/** Whose calls: one employee's, or (null) everybody's. */
export type CallScope = string | null;

export interface CallWindow {
  readonly offset: number;
  readonly limit: number;
}

export interface CallPage {
  readonly rows: readonly CallRow[];
  /** Of the whole list. */
  readonly total: number;
}

/** Lists of calls. Whoever asks behind a `refresh` sees what it was about. */
export interface CallLists {
  page(query: CallQuery, scope: CallScope, window: CallWindow): Promise<CallPage>;
  /** These have changed, and it is committed. @param gone row numbers of calls that were taken away */
  refresh(ids: readonly string[], gone: readonly number[]): void;
}

/** The same without a thread: what the thread does, and what small tests need. */
export class CallListing {
  private readonly db: ReadableDb;
  private readonly table: CallTable;

  constructor(db: ReadableDb) {
    this.db = db;
    this.table = new CallTable(db);
  }

  page(query: CallQuery, scope: CallScope, { offset, limit }: CallWindow): CallPage {
    const asked = this.asked(query, scope);
    // Who opens the list, or a lead, does not wait for all calls to be read.
    const first = this.table.isLoaded ? null : firstCalls(this.db, asked, offset, limit);
    const { rows, total } = first ?? this.table.page(asked, offset, limit);
    return { rows: this.at(rows), total };
  }

  /** A whole list: row numbers in its order. */
  rows(query: CallQuery, scope: CallScope): Uint32Array {
    return this.table.page(this.asked(query, scope), 0, Infinity).rows;
  }

  /** What figures are made of: a whole list, in no order. To be read at once. */
  counted(query: CallQuery, scope: CallScope): CountedCalls {
    return this.table.counted(this.asked(query, scope));
  }

  at(rows: Uint32Array): CallRow[] {
    return this.db.all<CallRow>(
      `${selectCall} JOIN json_each(?) AS page ON page.value = call.rowid ORDER BY page.key`,
      [JSON.stringify([...rows])],
    );
  }

  refresh(ids: readonly string[], gone: readonly number[]): void {
    this.table.refresh(ids, gone);
  }

  /** Makes what every list needs before somebody asks for it. @returns whether there is more to make */
  warm(): boolean {
    return this.table.warm();
  }

  private asked(query: CallQuery, scope: CallScope): CallsAsked {
    return {
      query: { ...query, employeeId: null, department: null },
      numbers: query.customerId === null ? [] : numbersOf(this.db, query.customerId),
      people: peopleAsked(this.db, query, scope),
    };
  }
}

/** People whom the scope, the person and the department that were asked for leave; null = everybody. */
function peopleAsked(
  db: ReadableDb,
  { employeeId, department }: Pick<CallQuery, 'employeeId' | 'department'>,
  scope: CallScope,
): readonly string[] | null {
  const only = scope ?? employeeId;
  // Somebody else than the scope allows: nobody.
  if (scope !== null && employeeId !== null && employeeId !== scope) return [];
  if (department === null) return only === null ? null : [only];
  const members = db.all<{ id: string }>('SELECT id FROM call_employee WHERE department = ? ORDER BY id', [department]);
  return members.flatMap(({ id }) => (only === null || id === only ? [id] : []));
}

/** Of a customer as this desk knows them: their own, and those of their other contacts. */
const numbersOf = (db: ReadableDb, leadId: string): readonly string[] =>
  db
    .all<{ number: string }>(
      `SELECT phone AS number FROM lead WHERE id = :leadId AND phone IS NOT NULL
       UNION SELECT one.value ->> 'phone' FROM lead, json_each(contacts) AS one
         WHERE lead.id = :leadId AND contacts IS NOT NULL AND one.value ->> 'phone' <> '' ORDER BY 1`,
      { leadId },
    )
    .map(({ number }) => number);
