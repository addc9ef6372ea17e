import type { CallQuery, CallSortKey } from '#shared/desk-contract/areas/calls.ts';
import { sortAfterClick } from '#renderer/ui/sort-after-click.ts';

export type CallSort = Pick<CallQuery, 'sort' | 'descending'>;
export const newestCalls: CallSort = { sort: 'newest', descending: true };

/** Times and durations go down by nature, names and kinds up. */
const downwards: ReadonlySet<CallSortKey> = new Set(['newest', 'wait', 'talk']);

/** A click on a header. */
export const nextCallSort = (now: CallSort, column: CallSortKey): CallSort =>
  sortAfterClick(now, column, { descending: downwards.has(column), home: newestCalls });
