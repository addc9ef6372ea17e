import { exportWords, type ExportLocale } from '#shared/domain/export-words.ts';
import { hideNumbers, numbersIn } from '#shared/domain/hide-numbers.ts';
import { formatNumber, readNumber } from '#shared/domain/phone-number.ts';
import type { Say } from './column.ts';

/** Digits as a line takes them, and as the importer reads them again. */
function plain(number: string): string {
  const read = readNumber(number);
  return read.ok ? read.value.dialString : number;
}

/** As number lists have it. */
function listedAs(number: string): string {
  const read = readNumber(number);
  return read.ok ? read.value.e164 : number;
}

/** Says things with some numbers, or all of them, masked. */
export class FileSay implements Say {
  readonly words: Say['words'];
  /** Whether anything has been masked since this was set. */
  hasHidden = false;
  private readonly hides: (e164: string) => boolean;

  constructor(locale: ExportLocale, hides: (e164: string) => boolean) {
    this.words = exportWords[locale];
    this.hides = (e164) => hides(e164) && (this.hasHidden = true);
  }

  number(number: string): string {
    return this.hides(listedAs(number)) ? formatNumber(number, { masked: true }) : plain(number);
  }

  text(text: string | null): string | null {
    return text === null ? null : hideNumbers(text, this.hides);
  }
}

/** Says nothing, and notes which numbers would have been said. */
export class NumberHearing implements Say {
  readonly words: Say['words'];
  readonly heard = new Set<string>();

  constructor(locale: ExportLocale) {
    this.words = exportWords[locale];
  }

  number(number: string): string {
    this.heard.add(listedAs(number));
    return '';
  }

  text(text: string | null): null {
    if (text !== null) for (const number of numbersIn(text)) this.heard.add(number);
    return null;
  }
}
