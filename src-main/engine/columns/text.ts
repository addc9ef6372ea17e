import { lettersOf } from '../search/pinyin.ts';
import { lineBreak } from '../search/text.ts';
import { Bits } from './bits.ts';
import { CommonPairs, type Texts } from './common-pairs.ts';
import { NumberColumn } from './numbers.ts';

/** Sets of rows that have one of 32 groups of something. */
class Slices {
  private readonly groups = Array.from({ length: 32 }, () => new Bits());

  /** @param mask a bit for each group that the row has; those that it had are taken away where `had` */
  set(row: number, mask: number, had: boolean): void {
    if (had) for (const group of this.groups) group.put(row, false);
    for (let left = mask; left !== 0; left &= left - 1) this.groups[31 - Math.clz32(left & -left)]!.put(row, true);
  }

  /** Takes out of `rows` whatever has not all of these groups. */
  keepAll(rows: Bits, mask: number): void {
    for (let left = mask; left !== 0; left &= left - 1) rows.and(this.groups[31 - Math.clz32(left & -left)]!);
  }

  /** Rows that have one of these groups at least. */
  any(mask: number): Bits {
    const rows = new Bits(0);
    for (let left = mask; left !== 0; left &= left - 1) rows.or(this.groups[31 - Math.clz32(left & -left)]!);
    return rows;
  }
}

/**
 * One short text per row, all of them in one array of UTF-16 units, so that looking through a million names is a walk along
 * memory. For nearly all rows nobody has to look: sets of rows tell which have a character of the same group (32 of them), a pair
 * of the same group, a character that begins with the same letter in pinyin.
 */
export class TextColumn {
  units = new Uint16Array(16_384);
  readonly starts = new NumberColumn(Uint32Array);
  readonly lengths = new NumberColumn(Uint16Array);
  private readonly groups = new Slices();
  private readonly pairs = new Slices();
  private readonly letters = new Slices();
  private readonly common = new CommonPairs();
  private used = 0;
  private wasted = 0;

  /** A text is cut at 65,535 units. @returns whether it was another one */
  set(row: number, text: string): boolean {
    if (this.is(row, text)) return false;
    const length = Math.min(text.length, 65_535);
    const had = this.lengths.at(row);
    if (length > had) {
      this.wasted += had;
      this.lengths.set(row, 0);
      this.starts.set(row, this.claim(length));
    } else this.wasted += had - length;
    const start = this.starts.at(row);
    let [groups, pairs, letters, before] = [0, 0, 0, 0];
    for (let n = 0; n < length; n++) {
      const unit = text.charCodeAt(n);
      this.units[start + n] = unit;
      groups |= groupOf(unit);
      if (n > 0) pairs |= pairOf(before, unit);
      before = unit;
      letters |= lettersOf(unit);
    }
    this.lengths.set(row, length);
    this.groups.set(row, groups, had > 0);
    this.pairs.set(row, pairs, had > 0);
    this.letters.set(row, letters, had > 0);
    this.common.changed(row, this.texts, had > 0);
    return true;
  }

  /** All rows have come: which pairs of characters many of them have is found out, once. @returns whether it was */
  learn(): boolean {
    return this.common.learn(this.texts);
  }

  /** Takes out of `rows` what cannot have this text. @returns whether all that is left has it; else it is to be looked at */
  keepLikely(rows: Bits, { groups, pairs, units }: TextNeedle): boolean {
    if (this.common.keep(rows, units)) return true;
    this.groups.keepAll(rows, groups);
    this.pairs.keepAll(rows, pairs);
    return false;
  }

  /** Rows with a character that begins with one of these letters in pinyin. @param letters bits, a = 1 */
  beginning(letters: number): Bits {
    return this.letters.any(letters);
  }

  /** As it was set. */
  at(row: number): string {
    const start = this.starts.at(row);
    return String.fromCharCode(...this.units.subarray(start, start + this.lengths.at(row)));
  }

  /** Whether nothing stands before the break between a name and a contact, or at all. */
  startsWithBreak(row: number): boolean {
    return this.lengths.at(row) === 0 || this.units[this.starts.at(row)] === lineBreak;
  }

  private get texts(): Texts {
    return { units: this.units, starts: this.starts.values, lengths: this.lengths.values };
  }

  private is(row: number, text: string): boolean {
    if (this.lengths.at(row) !== text.length) return false;
    const start = this.starts.at(row);
    for (let n = 0; n < text.length; n++) if (this.units[start + n] !== text.charCodeAt(n)) return false;
    return true;
  }

  private claim(length: number): number {
    if (this.used + length > this.units.length) this.makeRoom(length);
    const start = this.used;
    this.used += length;
    return start;
  }

  /** Half of it given up: what is in use moves together. Else twice as much. */
  private makeRoom(length: number): void {
    const live = this.used - this.wasted;
    const units = new Uint16Array(Math.max(live + length, live * 2, this.units.length / 2));
    let to = 0;
    const { values: starts } = this.starts;
    for (let row = 0; row < starts.length; row++) {
      const size = this.lengths.at(row);
      if (size === 0) continue;
      const from = starts[row]!;
      units.set(this.units.subarray(from, from + size), to);
      starts[row] = to;
      to += size;
    }
    this.units = units;
    this.used = to;
    this.wasted = 0;
  }
}

/** One of 32 groups of characters, as a bit. */
const groupOf = (unit: number): number => 1 << (Math.imul(unit, 0x9e3779b1) >>> 27);

/** One of 32 groups of neighbours. */
const pairOf = (unit: number, next: number): number =>
  1 << (Math.imul(Math.imul(unit, 0x85ebca6b) ^ next, 0x9e3779b1) >>> 27);

/** What is looked for. */
export class TextNeedle {
  readonly units: Uint16Array;
  readonly groups: number;
  readonly pairs: number;

  constructor(text: string) {
    this.units = Uint16Array.from({ length: text.length }, (_, n) => text.charCodeAt(n));
    this.groups = this.units.reduce((bits, unit) => bits | groupOf(unit), 0);
    this.pairs = this.units.reduce((bits, unit, n) => (n > 0 ? bits | pairOf(this.units[n - 1]!, unit) : 0), 0);
  }
}
