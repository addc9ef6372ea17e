import { lineBreak } from '../search/text.ts';
import { orderByKey } from './order.ts';
import type { TextColumn } from './text.ts';

/** Where a UTF-16 unit stands among names: digits, letters, then characters by their pinyin, as people expect of a list. */
function makeRanks(): Uint16Array {
  const { compare } = new Intl.Collator('zh-CN-u-co-pinyin');
  const ordered = [...range(0x20, 0x7e), ...range(0x3400, 0x4dbf), ...range(0x4e00, 0x9fff)]
    .map((unit) => String.fromCharCode(unit))
    .sort((a, b) => compare(a, b) || (a < b ? -1 : 1));
  const ranks = new Uint16Array(65_536);
  let next = 2;
  for (const character of ordered) ranks[character.charCodeAt(0)] = next++;
  // Whatever else there is stands behind, by its code; the line break between company and contact before all.
  const room = 65_535 - next;
  for (let unit = 0; unit < 65_536; unit++)
    if (ranks[unit] === 0) ranks[unit] = next + Math.floor((unit * room) / 65_536);
  ranks[lineBreak] = 1;
  return ranks;
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n);

/** Places whose first character is read otherwise than alone, and one that is read so: companies are called by them. */
const places = new Map(
  Object.entries({ 重庆: '崇', 长沙: '常', 长春: '常', 长治: '常', 长兴: '常', 厦门: '夏' }).map(([place, alike]) => [
    place.charCodeAt(0) * 65_536 + place.charCodeAt(1),
    alike.charCodeAt(0),
  ]),
);
const mayBePlace = new Set([...places.keys()].map((pair) => Math.floor(pair / 65_536)));

/** Where the unit at `at` of all units stands, when the text goes on until `below`. */
function rankAt(rank: Uint16Array, units: Uint16Array, at: number, below: number): number {
  const unit = units[at]!;
  if (!mayBePlace.has(unit) || at + 1 >= below) return rank[unit]!;
  return rank[places.get(unit * 65_536 + units[at + 1]!) ?? unit]!;
}

let made: Uint16Array | null = null;
const ranks = (): Uint16Array => (made ??= makeRanks());

/** The order of two rows' texts; 0 = nothing tells them apart. */
export function compareNames(names: TextColumn, a: number, b: number): number {
  const rank = ranks();
  const [startA, startB] = [names.starts.at(a), names.starts.at(b)];
  const [lengthA, lengthB] = [names.lengths.at(a), names.lengths.at(b)];
  const shorter = Math.min(lengthA, lengthB);
  for (let n = 0; n < shorter; n++) {
    const rankA = rankAt(rank, names.units, startA + n, startA + lengthA);
    const difference = rankA - rankAt(rank, names.units, startB + n, startB + lengthB);
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}

/** Row numbers in the order of their texts, then of the rows. Three characters at a time (orderByKey), then within what is the same so far. */
export function orderByName(names: TextColumn, rows: Uint32Array): Uint32Array<ArrayBuffer> {
  const order = new Uint32Array(rows);
  sortFrom(names, order, 0);
  return order;
}

/** Below so many rows comparing is quicker than counting digits. */
const few = 2000;

function sortFrom(names: TextColumn, rows: Uint32Array<ArrayBuffer>, depth: number): void {
  if (rows.length < few) return void rows.sort((a, b) => compareNames(names, a, b) || a - b);
  const rank = ranks();
  const keyOf = (row: number): number => {
    const [start, length] = [names.starts.at(row), names.lengths.at(row)];
    let key = 0;
    for (let n = depth; n < depth + 3; n++)
      key = key * 65_536 + (n < length ? rankAt(rank, names.units, start + n, start + length) : 0);
    return key;
  };
  rows.set(orderByKey(rows.slice().sort(), keyOf));
  let from = 0;
  for (let n = 1; n <= rows.length; n++) {
    const here = rows[n];
    if (here !== undefined && keyOf(here) === keyOf(rows[from]!)) continue;
    const same = rows.subarray(from, n);
    if (same.length > 1 && same.some((row) => names.lengths.at(row) > depth + 3)) sortFrom(names, same, depth + 3);
    from = n;
  }
}
