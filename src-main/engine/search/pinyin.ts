import { polyphonic } from 'pinyin-pro';
import { lineBreak } from './text.ts';

/** What a character may stand for when somebody types letters: all of its readings, without tones, ü as v. */
export function readingsOf(unit: number): readonly string[] {
  const known = readings.get(unit);
  if (known) return known;
  const found = isHan(unit) ? read(String.fromCharCode(unit)) : [];
  readings.set(unit, found);
  return found;
}

/** As bits (a = 1): the letters that its readings begin with, or the letter that it is. Looked up a million times, so kept. */
export function lettersOf(unit: number): number {
  const known = letters[unit] ?? 0;
  if (known & looked) return known & ~looked;
  const found = isLetter(unit)
    ? bitOf(unit)
    : readingsOf(unit).reduce((bits, reading) => bits | bitOf(reading.charCodeAt(0)), 0);
  letters[unit] = found | looked;
  return found;
}

/**
 * What was typed in letters, against names: each character may be given by its whole reading, by its first letter, by zh, ch, sh, or
 * by itself (`szkj`, `shenzhenkj` and `深圳kj` are 深圳科技). The last reading may be begun only.
 */
export class PinyinQuery {
  /** Bits of the letters with which a match can begin, where it begins with a letter. */
  readonly first: number;
  private readonly typed: string;
  private readonly whole: number;
  /** By character + 1 (0 = not looked at yet), where `steps` has the states behind it, one for each number of matched letters. */
  private readonly places = new Uint32Array(65_536);
  private readonly steps: number[] = [];

  private constructor(typed: string) {
    this.typed = typed;
    this.first = lettersOf(typed.charCodeAt(0));
    this.whole = 1 << typed.length;
  }

  /** Null where nothing is typed in letters, or more than anybody types. @param needle normalised (text.ts) */
  static of(needle: string): PinyinQuery | null {
    return /[a-z]/.test(needle) && needle.length <= mostTyped ? new PinyinQuery(needle) : null;
  }

  /** Is it in units[from, below)? A line break is matched by nothing. @param atStart only where the text or a line of it begins */
  isIn(units: Uint16Array, from: number, below: number, atStart = false): boolean {
    // Bit n: the first n letters are matched by the characters just before.
    let states = 0;
    for (let at = from; at < below; at++) {
      const unit = units[at]!;
      const begins = !atStart || at === from || units[at - 1] === lineBreak;
      if (begins && ((letters[unit]! || lettersOf(unit)) & this.first) !== 0) states |= 1;
      else if (states === 0) continue;
      states = this.step(states, unit);
      if (states & this.whole) return true;
    }
    return false;
  }

  private step(states: number, unit: number): number {
    const place = this.places[unit] || this.learn(unit);
    let next = 0;
    for (let left = states; left !== 0; left &= left - 1)
      next |= this.steps[place - 1 + 31 - Math.clz32(left & -left)]!;
    return next;
  }

  /** The same few characters come all the time. */
  private learn(unit: number): number {
    const readings = readingsOf(unit);
    const place = this.steps.length + 1;
    for (let n = 0; n < this.typed.length; n++) {
      const itself = this.typed.charCodeAt(n) === unit ? 1 << (n + 1) : 0;
      this.steps.push(readings.reduce((next, reading) => next | this.after(n, reading), itself));
    }
    this.places[unit] = place;
    return place;
  }

  /** States behind a character with this reading, when the first n letters are matched. */
  private after(n: number, reading: string): number {
    const { typed } = this;
    let same = 0;
    while (same < reading.length && n + same < typed.length && typed[n + same] === reading[same]) same += 1;
    if (same === 0) return 0;
    // Typed no further: it may be the beginning of this reading.
    if (n + same === typed.length || same === reading.length) return (1 << (n + same)) | (1 << (n + 1)) | twoLetters(n, same, reading); // prettier-ignore
    return (1 << (n + 1)) | twoLetters(n, same, reading);
  }
}

const twoLetters = (n: number, same: number, reading: string): number =>
  same >= 2 && /^[zcs]h/.test(reading) ? 1 << (n + 2) : 0;

/** So that states fit the bits of a number. */
const mostTyped = 30;
const looked = 0x80000000;
const letters = new Uint32Array(65_536);
const readings = new Map<number, readonly string[]>();

const isLetter = (unit: number): boolean => unit >= 97 && unit <= 122;
const isHan = (unit: number): boolean => (unit >= 0x4e00 && unit <= 0x9fff) || (unit >= 0x3400 && unit <= 0x4dbf);
const bitOf = (unit: number): number => (isLetter(unit) ? 1 << (unit - 97) : 0);

function read(character: string): string[] {
  const found = polyphonic(character, { toneType: 'none', type: 'array' }).flat();
  const plain = found.map((reading) => reading.toLowerCase().replace(/ü/g, 'v'));
  return [...new Set(plain)].filter((reading) => /^[a-z]+$/.test(reading));
}
