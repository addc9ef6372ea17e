/** Digits of 16 bits, lowest first; keys are below 2^53. */
const radix = 65_536;

/**
 * Row numbers in the ascending order of their keys; equal keys as the rows stand. Sorting by digits: a million rows
 * in 30 ms, where a comparison of each two takes a second.
 *
 * @param keyOf a whole number from 0 to 2^53 − 1
 */
export function orderByKey(rows: Uint32Array, keyOf: (row: number) => number): Uint32Array<ArrayBuffer> {
  const count = rows.length;
  const low = new Uint32Array(count);
  const high = new Uint32Array(count);
  for (let n = 0; n < count; n++) {
    const key = keyOf(rows[n] as number);
    low[n] = key % 4_294_967_296;
    high[n] = Math.floor(key / 4_294_967_296);
  }
  let order: Uint32Array<ArrayBuffer> = Uint32Array.from({ length: count }, (_, n) => n);
  for (const [part, shift] of [[low, 0], [low, 16], [high, 0], [high, 16]] as const) order = byDigit(order, part, shift); // prettier-ignore
  for (let n = 0; n < count; n++) order[n] = rows[order[n] as number] as number;
  return order;
}

function byDigit(order: Uint32Array<ArrayBuffer>, part: Uint32Array, shift: number): Uint32Array<ArrayBuffer> {
  const starts = new Uint32Array(radix);
  for (const value of part) starts[(value >>> shift) & 65_535]! += 1;
  let before = 0;
  for (let digit = 0; digit < radix; digit++) {
    const here = starts[digit]!;
    // One digit for all: nothing moves.
    if (here === order.length) return order;
    starts[digit] = before;
    before += here;
  }
  const sorted = new Uint32Array(order.length);
  for (const place of order) sorted[starts[(part[place]! >>> shift) & 65_535]!++] = place;
  return sorted;
}

/**
 * The same order after some rows have changed, come or gone: they are taken out and put where they belong now.
 *
 * @param changed rows that may stand elsewhere now
 * @param belongs those of them that are in the order at all
 * @param compare the order, and the row numbers where it is the same
 */
export function reorder(
  order: Uint32Array,
  changed: ReadonlySet<number>,
  belongs: (row: number) => boolean,
  compare: (a: number, b: number) => number,
): Uint32Array<ArrayBuffer> {
  const moved = [...changed].filter(belongs).sort(compare);
  const merged = new Uint32Array(order.length + moved.length);
  // A byte for each: asking the set for a million rows takes as long as twenty lists.
  let last = 0;
  for (const row of changed) last = Math.max(last, row);
  const isChanged = new Uint8Array(last + 1);
  for (const row of changed) isChanged[row] = 1;
  let [length, next] = [0, 0];
  for (let n = 0; n < order.length; n++) {
    const row = order[n]!;
    if (isChanged[row] === 1) continue;
    while (next < moved.length && compare(moved[next]!, row) < 0) merged[length++] = moved[next++]!;
    merged[length++] = row;
  }
  while (next < moved.length) merged[length++] = moved[next++]!;
  return merged.subarray(0, length);
}
