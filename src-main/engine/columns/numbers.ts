import { Bits } from './bits.ts';

/** One number per row, at the place of the row's number. Grows by doubling; what was never set is 0. */
export type Numbers = Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

export class NumberColumn<T extends Numbers = Float64Array> {
  values: T;
  private readonly make: new (length: number) => T;

  /** @param make the typed array that is wide enough for what is kept */
  constructor(make: new (length: number) => T) {
    this.make = make;
    this.values = new make(1024);
  }

  at(row: number): number {
    return this.values[row] ?? 0;
  }

  /** @returns whether it was another one */
  set(row: number, value: number): boolean {
    if (row >= this.values.length) this.grow(row);
    if (this.values[row] === value) return false;
    this.values[row] = value;
    return true;
  }

  /** Takes out of `rows` whatever has not from ≤ value < below. */
  keepWhere(rows: Bits, from: number, below: number): void {
    const { values } = this;
    for (let at = 0; at < rows.words.length; at++)
      for (let left = rows.words[at]!; left !== 0; left &= left - 1) {
        const bit = left & -left;
        const value = values[(at << 5) + 31 - Math.clz32(bit)] ?? 0;
        if (value < from || value >= below) rows.words[at]! &= ~bit;
      }
  }

  private grow(row: number): void {
    const wider = new this.make(Math.max(row + 1, this.values.length * 2));
    wider.set(this.values as never);
    this.values = wider;
  }
}

/** Filters are added one to another, taken away and chosen again: so many of a column are kept. */
const mostAsked = 16;

/**
 * One of few kinds per row. Which rows have some of them is kept as a set for those that were asked for last: a filter that is there
 * again costs no look at any row.
 */
export class CodeColumn<T extends Uint8Array | Uint32Array = Uint8Array> extends NumberColumn<T> {
  private readonly asked = new Map<string, { readonly codes: ReadonlySet<number>; readonly rows: Bits }>();

  override set(row: number, value: number): boolean {
    if (this.asked.size > 0) for (const { codes, rows } of this.asked.values()) rows.put(row, codes.has(value));
    return super.set(row, value);
  }

  /** Rows with one of these codes, rows that were never set among those with 0. It is the column's own set, and not to be written to. */
  rowsOf(codes: readonly number[]): Bits {
    const key = codes.join();
    const known = this.asked.get(key);
    if (known) {
      // The one that was asked for longest ago goes first.
      this.asked.delete(key);
      this.asked.set(key, known);
      return known.rows;
    }
    const rows = this.look(codes);
    if (this.asked.size >= mostAsked) this.asked.delete(this.asked.keys().next().value ?? '');
    this.asked.set(key, { codes: new Set(codes), rows });
    return rows;
  }

  private look(codes: readonly number[]): Bits {
    const { values } = this;
    const chosen = new Uint8Array(Math.max(0, ...codes) + 1);
    for (const code of codes) if (code >= 0) chosen[code] = 1;
    const rows = new Bits(values.length);
    for (let at = 0; at < rows.words.length; at++) {
      const from = at << 5;
      let word = 0;
      for (let bit = 0; bit < 32; bit++) word |= (chosen[values[from + bit]!] ?? 0) << bit;
      rows.words[at] = word;
    }
    return rows;
  }
}

/** One of few words per row (a region, an owner), as a number: 0 = none. A word that no row has any more keeps its number. */
export class WordColumn {
  readonly codes = new CodeColumn(Uint32Array);
  readonly words: (string | null)[] = [null];
  private readonly known = new Map<string, number>();

  /** @returns whether it was another one */
  set(row: number, word: string | null): boolean {
    return this.codes.set(row, word === null ? 0 : this.learn(word));
  }

  /** 0 for what no row has ever had. */
  codeOf(word: string): number {
    return this.known.get(word) ?? 0;
  }

  wordAt(row: number): string | null {
    return this.words[this.codes.at(row)] ?? null;
  }

  private learn(word: string): number {
    const known = this.known.get(word);
    if (known !== undefined) return known;
    this.known.set(word, this.words.length);
    return this.words.push(word) - 1;
  }
}
