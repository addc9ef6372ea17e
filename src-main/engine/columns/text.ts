import { lettersOf } from '../search/pinyin.ts';
import { NumberColumn } from './numbers.ts';

/**
 * One short text per row, all of them in one array of UTF-16 units, so that looking through a million names is a walk along
 * memory. Three numbers per row tell at once that a text cannot hold what is looked for: which characters and which pairs of them
 * it has (32 groups of each), and which letters its characters begin with in pinyin.
 */
export class TextColumn {
  units = new Uint16Array(16_384);
  readonly starts = new NumberColumn(Uint32Array);
  readonly lengths = new NumberColumn(Uint16Array);
  readonly groups = new NumberColumn(Uint32Array);
  readonly pairs = new NumberColumn(Uint32Array);
  readonly letters = new NumberColumn(Uint32Array);
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
    this.groups.set(row, groups);
    this.pairs.set(row, pairs);
    this.letters.set(row, letters);
    return true;
  }

  /** As it was set. */
  at(row: number): string {
    const start = this.starts.at(row);
    return String.fromCharCode(...this.units.subarray(start, start + this.lengths.at(row)));
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

/** What is looked for: a row has it only where all bits of both are set (`groups`, `pairs`). */
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
