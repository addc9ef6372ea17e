import type { Bits } from './bits.ts';

/** Places from ≤ place < below of an order, gone through one way or the other. */
export interface Stretch {
  readonly from: number;
  readonly below: number;
  readonly backwards: boolean;
}

/** A window onto a list: from ≤ place < below of its `total` rows. */
export interface Window {
  readonly from: number;
  readonly below: number;
  readonly total: number;
}

/**
 * The rows of a window, in their order, found by walking along the whole order from the end that is nearer.
 *
 * @param order rows, of which a list has some
 * @param way how the list goes along them
 * @param matches those in the list; null = all are
 */
export function rowsAlong(
  order: Uint32Array,
  way: readonly Stretch[],
  matches: Bits | null,
  { from, below, total }: Window,
): Uint32Array<ArrayBuffer> {
  const found = new Uint32Array(below - from);
  if (from <= total - below) collect(order, way, matches, from, found);
  else {
    const back = way.toReversed().map((one) => ({ ...one, backwards: !one.backwards }));
    collect(order, back, matches, total - below, found);
    found.reverse();
  }
  return found;
}

function collect(
  order: Uint32Array,
  way: readonly Stretch[],
  matches: Bits | null,
  skip: number,
  found: Uint32Array,
): void {
  const words = matches?.words ?? null;
  let have = -skip;
  for (const { from, below, backwards } of way) {
    const step = backwards ? -1 : 1;
    let at = backwards ? below - 1 : from;
    for (let left = below - from; left > 0 && have < found.length; left--, at += step) {
      const row = order[at]!;
      if (words !== null && ((words[row >>> 5]! >>> (row & 31)) & 1) === 0) continue;
      if (have >= 0) found[have] = row;
      have += 1;
    }
  }
}

/**
 * An order whose first rows have no value of what it goes by, in two: lists say which of both comes first.
 * @param has whether a row has one
 */
export function byValue(
  order: Uint32Array,
  has: (row: number) => boolean,
  backwards: boolean,
): { readonly without: Stretch; readonly rest: Stretch } {
  let [from, below] = [0, order.length];
  while (from < below) {
    const middle = (from + below) >> 1;
    if (has(order[middle]!)) below = middle;
    else from = middle + 1;
  }
  return { without: { from: 0, below: from, backwards }, rest: { from, below: order.length, backwards } };
}

/**
 * An order in which many rows are equal, group after group, each of them backwards: by time within a group, its newest rows come
 * first whichever way the groups go. Group 0 has no value of what the order goes by, and stands last.
 */
export function byGroup(order: Uint32Array, groupOf: (row: number) => number, descending: boolean): Stretch[] {
  const groups: Stretch[] = [];
  let none: Stretch[] = [];
  for (let from = 0; from < order.length;) {
    const group = groupOf(order[from]!);
    let [low, below] = [from + 1, order.length];
    while (low < below) {
      const middle = (low + below) >> 1;
      if (groupOf(order[middle]!) > group) below = middle;
      else low = middle + 1;
    }
    const stretch = { from, below, backwards: true };
    if (group === 0) none = [stretch];
    else groups.push(stretch);
    from = below;
  }
  return [...(descending ? groups.toReversed() : groups), ...none];
}
