import { Bits } from './bits.ts';

/** The texts of a column: `units` from starts[row], lengths[row] of them. */
export interface Texts {
  readonly units: Uint16Array;
  readonly starts: Uint32Array;
  readonly lengths: Uint16Array;
}

/** Pairs are counted in one of so many rows, picked by a hash: rows may come in the order of a pattern. */
const sampledBits = 4;
const sampledEvery = 1 << sampledBits;
const isSampled = (row: number): boolean => Math.imul(row, 0x9e3779b1) >>> (32 - sampledBits) === 0;
/** Where fewer rows have a pair than one of so many, those that may have it are looked into soon enough. */
const leastShare = 128;
/** 125 kB each for a million rows. */
const mostPairs = 96;
/** Below that everything is looked into soon enough. */
const fewRows = 4096;

/**
 * Neighbours that so many texts have that to look into each of them takes longest (科技 in the names of a tenth of all companies), each with
 * exactly its rows. Which ones they are is learnt once, from a sample of all rows; a pair that becomes common later is looked for as every other.
 */
export class CommonPairs {
  private readonly counts = new Map<number, number>();
  private readonly rows = new Map<number, Bits>();
  /** 1 = a common pair begins with this unit. */
  private readonly begins = new Uint8Array(65_536);
  private sampled = 0;
  private isLearnt = false;

  /** The row has another text now. @param had it had one before */
  changed(row: number, texts: Texts, had: boolean): void {
    if (!this.isLearnt) return this.sample(row, texts);
    if (had) for (const rows of this.rows.values()) rows.put(row, false);
    this.add(row, texts);
  }

  /** Behind the last row. @returns whether there was anything to learn */
  learn(texts: Texts): boolean {
    if (this.isLearnt) return false;
    this.isLearnt = true;
    const least = this.sampled / leastShare;
    const common = [...this.counts].filter(([, count]) => count >= least).sort(([, a], [, b]) => b - a);
    this.counts.clear();
    if (this.sampled * sampledEvery < fewRows) return false;
    for (const [pair] of common.slice(0, mostPairs)) {
      this.rows.set(pair, new Bits(texts.lengths.length));
      this.begins[pair >>> 16] = 1;
    }
    for (let row = 0; row < texts.lengths.length; row++) this.add(row, texts);
    return true;
  }

  /** Takes out of `rows` what has not all common pairs of the text. @returns whether that is all there is to look for */
  keep(rows: Bits, text: Uint16Array): boolean {
    let known = 0;
    for (let n = 1; n < text.length; n++) {
      const having = this.rows.get(pairOf(text[n - 1]!, text[n]!));
      if (!having) continue;
      rows.and(having);
      known += 1;
    }
    // Of a longer text its pairs may stand apart from each other.
    return text.length === 2 && known === 1;
  }

  private sample(row: number, { units, starts, lengths }: Texts): void {
    if (!isSampled(row)) return;
    this.sampled += 1;
    const from = starts[row]!;
    for (let at = from + 1; at < from + lengths[row]!; at++) {
      const pair = pairOf(units[at - 1]!, units[at]!);
      this.counts.set(pair, (this.counts.get(pair) ?? 0) + 1);
    }
  }

  private add(row: number, { units, starts, lengths }: Texts): void {
    const from = starts[row]!;
    for (let at = from + 1; at < from + lengths[row]!; at++) {
      if (this.begins[units[at - 1]!] === 0) continue;
      this.rows.get(pairOf(units[at - 1]!, units[at]!))?.put(row, true);
    }
  }
}

const pairOf = (before: number, unit: number): number => ((before << 16) | unit) >>> 0;
