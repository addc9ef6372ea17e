import { callSorts, type CallQuery, type CallSortKey } from '#shared/desk-contract/areas/calls.ts';
import { callResults, channels, directions, outcomes } from '#shared/domain/vocabulary.ts';
import type { Bits } from '../../../columns/bits.ts';
import { compareNames, orderByName } from '../../../columns/name-order.ts';
import type { CodeColumn } from '../../../columns/numbers.ts';
import { orderByKey } from '../../../columns/order.ts';
import { PersonRanks } from '../../../columns/person-ranks.ts';
import { RowTable } from '../../../columns/row-table.ts';
import { byGroup, byValue, type Stretch } from '../../../columns/walk.ts';
import type { ReadableDb } from '../../../database/handles.ts';
import { CallColumns } from './columns.ts';
import { callFacts, type CallFacts } from './facts.ts';
import { keepMatches } from './search.ts';
import { callsOfCustomer, callsOfLead } from './rows-by-index.ts';

/** Which calls, and of whom. */
export interface CallsAsked {
  /** Its `employeeId` and `department` are in `people` already. */
  readonly query: CallQuery;
  /** Of the query's customer, E.164. */
  readonly numbers: readonly string[];
  /** Whose calls; null = everybody's. */
  readonly people: readonly string[] | null;
}

/** Calls, and what is known of them by row number. */
export interface CountedCalls {
  readonly columns: CallColumns;
  readonly rows: Uint32Array;
}

/** 0 = has none: last, whichever way it is sorted. */
const sortColumns = { newest: 'started', wait: 'wait', talk: 'talk' } as const;
/** What many calls have alike: among those the newest comes first. */
const groupSorts = ['employee', 'result', 'outcome'] as const satisfies readonly CallSortKey[];
type GroupSort = (typeof groupSorts)[number];
const isGroupSort = (sort: CallSortKey): sort is GroupSort => groupSorts.some((one) => one === sort);
/** Companies have some dozen outcomes. */
const mostOwnOutcomes = 2 ** 16;

/** All calls of a desk. */
export class CallTable extends RowTable<CallsAsked, CallFacts, CallSortKey, CallColumns> {
  protected readonly sorts = callSorts;
  protected readonly reads;
  private readonly people: PersonRanks;

  constructor(db: ReadableDb) {
    super(db, 'call', new CallColumns());
    this.reads = callFacts(db);
    this.people = new PersonRanks(db);
  }

  /** For figures: what is asked for, in no order. Good until the next question. */
  counted(asked: CallsAsked): CountedCalls {
    this.load();
    const calls = this.matches(asked);
    return { columns: this.columns, rows: calls.rows(calls.count()) };
  }

  protected blank(): CallColumns {
    return new CallColumns();
  }

  protected override look(): void {
    if (this.people.look(this.columns.employee)) this.forget('employee');
  }

  protected keyOf(asked: CallsAsked): string {
    return JSON.stringify(asked);
  }

  protected sortOf({ query }: CallsAsked): CallSortKey {
    return query.sort;
  }

  protected narrow(calls: Bits, { query, people, numbers }: CallsAsked): void {
    const { columns } = this;
    const { employee, ownOutcome } = columns;
    const keep = (column: CodeColumn<Uint8Array | Uint32Array>, code: number): void => void calls.and(column.rowsOf([code])); // prettier-ignore
    if (people !== null) calls.and(employee.codes.rowsOf(people.map((id) => employee.codeOf(id) || -1)));
    if (query.result !== null) keep(columns.result, callResults.indexOf(query.result) + 1);
    if (query.outcome !== null) keep(columns.outcome, outcomes.indexOf(query.outcome) + 1);
    if (query.outcomeId !== null) keep(ownOutcome.codes, ownOutcome.codeOf(query.outcomeId) || -1);
    if (query.incomplete) keep(columns.incomplete, 1);
    if (query.channel !== null) keep(columns.channel, channels.indexOf(query.channel));
    if (query.direction !== null) keep(columns.direction, directions.indexOf(query.direction));
    if (query.from !== null || query.to !== null)
      calls.and(this.within('newest', columns.started.values, query.from ?? 0, query.to ?? Infinity));
    if (query.talkFrom !== null || query.talkBelow !== null)
      columns.talk.keepWhere(calls, (query.talkFrom ?? 0) + 1, (query.talkBelow ?? Infinity) + 1);
    if (query.leadId !== null) calls.and(callsOfLead(this.db, query.leadId));
    if (query.customerId !== null) calls.and(callsOfCustomer(this.db, query.customerId, numbers));
    keepMatches(calls, columns.names, this.db, query.search);
  }

  protected sorted(sort: CallSortKey): Uint32Array {
    if (sort === 'name') return orderByName(this.columns.names, this.rows);
    if (isGroupSort(sort)) return orderByKey(this.sorted('newest'), (row) => this.groupOf(sort, row));
    const { values } = this.columns[sortColumns[sort]];
    return orderByKey(this.rows, (row) => values[row] ?? 0);
  }

  protected compare(sort: CallSortKey, a: number, b: number): number {
    if (sort === 'name') return compareNames(this.columns.names, a, b);
    const groups = isGroupSort(sort) ? this.groupOf(sort, a) - this.groupOf(sort, b) : 0;
    const column = this.columns[sortColumns[isGroupSort(sort) ? 'newest' : sort]];
    return groups || column.at(a) - column.at(b);
  }

  /** Whom nobody knows, and who was not spoken to, stands last. */
  protected wayOf({ query: { sort, descending } }: CallsAsked, order: Uint32Array): readonly Stretch[] {
    if (sort === 'newest') return [{ from: 0, below: order.length, backwards: descending }];
    if (isGroupSort(sort)) return byGroup(order, (row) => this.groupOf(sort, row), descending);
    const { names } = this.columns;
    const has = sort === 'name' ? (row: number) => !names.startsWithBreak(row) : (row: number) => this.columns[sort].at(row) > 0; // prettier-ignore
    const { without, rest } = byValue(order, has, descending);
    return [rest, without];
  }

  /** Among which calls a row stands; 0 = it has none. Outcomes of the company's own stand together with those that mean the same. */
  private groupOf(sort: GroupSort, row: number): number {
    const { employee, result, outcome, ownOutcome } = this.columns;
    if (sort === 'employee') return this.people.of(employee.codes.at(row));
    if (sort === 'result') return result.at(row);
    return outcome.at(row) && outcome.at(row) * mostOwnOutcomes + ownOutcome.codes.at(row);
  }
}
