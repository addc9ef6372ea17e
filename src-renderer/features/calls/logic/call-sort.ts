import type { CallQuery, CallSortKey } from '#shared/desk-contract/areas/calls.ts';
import { sortAfterClick } from '#renderer/ui/sort-after-click.ts';

export type CallSort = Pick<CallQuery, 'sort' | 'descending'>;
export const newestCalls: CallSort = { sort: 'newest', descending: true };

/** A click on a header. Names go up by nature, times and durations down. */
export const nextCallSort = (now: CallSort, column: CallSortKey): CallSort =>
  sortAfterClick(now, column, { descending: column !== 'name', home: newestCalls });
