import type { CallQuery } from '#shared/desk-contract/areas/calls.ts';
import { callResults, channels, directions, outcomes } from '#shared/domain/vocabulary.ts';
import type { Bits } from '../../../columns/bits.ts';
import { orderByKey } from '../../../columns/order.ts';
import { RowTable } from '../../../columns/row-table.ts';
import type { CodeColumn } from '../../../columns/numbers.ts';
import type { Stretch } from '../../../columns/walk.ts';
import type { ReadableDb } from '../../../database/handles.ts';
import { CallColumns } from './columns.ts';
import { callFacts, type CallFacts } from './facts.ts';
import { keepMatches } from './search.ts';
import { callsOfLead } from './rows-by-index.ts';

/** Which calls, and of whom. */
export interface CallsAsked {
  /** Its `employeeId` and `department` are in `people` already. */
  readonly query: CallQuery;
  /** Whose calls; null = everybody's. */
  readonly people: readonly string[] | null;
}

/** All calls of a desk, newest first. */
export class CallTable extends RowTable<CallsAsked, CallFacts, 'newest', CallColumns> {
  protected readonly sorts = ['newest'] as const;
  protected readonly reads;

  constructor(db: ReadableDb) {
    super(db, 'call', new CallColumns());
    this.reads = callFacts(db);
  }

  protected blank(): CallColumns {
    return new CallColumns();
  }

  protected keyOf(asked: CallsAsked): string {
    return JSON.stringify(asked);
  }

  protected sortOf(): 'newest' {
    return 'newest';
  }

  protected narrow(calls: Bits, { query, people }: CallsAsked): void {
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
    keepMatches(calls, columns.names, this.db, query.search);
  }

  protected sorted(): Uint32Array {
    const { values } = this.columns.started;
    return orderByKey(this.rows, (row) => values[row] ?? 0);
  }

  protected compare(_sort: 'newest', a: number, b: number): number {
    return this.columns.started.at(a) - this.columns.started.at(b);
  }

  protected wayOf(_asked: CallsAsked, order: Uint32Array): readonly Stretch[] {
    return [{ from: 0, below: order.length, backwards: true }];
  }
}
