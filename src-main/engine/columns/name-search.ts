import { PinyinQuery } from '../search/pinyin.ts';
import { lineBreak, normalise } from '../search/text.ts';
import type { Bits } from './bits.ts';
import { TextNeedle, type TextColumn } from './text.ts';

/** What a person typed to find names: a part of them, or letters that are read as pinyin. */
export class NameSearch {
  private readonly wanted: TextNeedle;
  private readonly pinyin: PinyinQuery | null;
  /** One character: names and contacts that begin with it (a surname). */
  private readonly atStart: boolean;

  private constructor(needle: string) {
    this.wanted = new TextNeedle(needle);
    this.pinyin = PinyinQuery.of(needle);
    this.atStart = Array.from(needle).length === 1;
  }

  /** Null where nothing is looked for. */
  static of(typed: string): NameSearch | null {
    const needle = normalise(typed);
    return needle === '' ? null : new NameSearch(needle);
  }

  /** Those of `among` whose name has it. @param names normalised */
  rows(among: Bits, names: TextColumn): Bits {
    const { pinyin, wanted } = this;
    const likely = among.copy();
    const found = names.keepLikely(likely, wanted) ? likely : this.having(likely, names);
    if (!pinyin) return found;
    const readable = names.beginning(pinyin.first).and(among).without(found);
    return found.or(this.reading(readable, names, pinyin));
  }

  private having(likely: Bits, names: TextColumn): Bits {
    const { wanted, atStart } = this;
    const [starts, lengths, units] = [names.starts.values, names.lengths.values, names.units];
    for (let at = 0; at < likely.words.length; at++) {
      let keeps = likely.words[at]! | 0;
      for (let left = keeps; left !== 0; left &= left - 1) {
        const bit = left & -left;
        const row = (at << 5) + 31 - Math.clz32(bit);
        const from = starts[row]!;
        if (!holds(units, from, from + lengths[row]!, wanted.units, atStart)) keeps ^= bit;
      }
      likely.words[at] = keeps;
    }
    return likely;
  }

  private reading(likely: Bits, names: TextColumn, pinyin: PinyinQuery): Bits {
    const [starts, lengths, units] = [names.starts.values, names.lengths.values, names.units];
    for (let at = 0; at < likely.words.length; at++) {
      let keeps = likely.words[at]!;
      for (let left = keeps; left !== 0; left &= left - 1) {
        const bit = left & -left;
        const row = (at << 5) + 31 - Math.clz32(bit);
        const from = starts[row]!;
        if (!pinyin.isIn(units, from, from + lengths[row]!, this.atStart)) keeps ^= bit;
      }
      likely.words[at] = keeps;
    }
    return likely;
  }
}

function holds(units: Uint16Array, from: number, below: number, wanted: Uint16Array, atStart: boolean): boolean {
  const length = wanted.length;
  const first = wanted[0];
  const last = below - length;
  for (let at = from; at <= last; at++) {
    if (units[at] !== first || (atStart && at !== from && units[at - 1] !== lineBreak)) continue;
    let same = 1;
    while (same < length && units[at + same] === wanted[same]) same++;
    if (same === length) return true;
  }
  return false;
}
