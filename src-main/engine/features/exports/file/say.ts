import { exportWords, type ExportLocale } from '#shared/domain/export-words.ts';
import { hideNumbers } from '#shared/domain/hide-numbers.ts';
import { formatNumber, readNumber } from '#shared/domain/phone-number.ts';
import type { Say } from './column.ts';

/** Says things with some numbers, or all of them, masked. */
export class FileSay implements Say {
  readonly words: Say['words'];
  /** Whether anything has been masked since this was set. */
  hasHidden = false;
  readonly place: Say['place'];
  private readonly hides: (e164: string) => boolean;

  constructor(locale: ExportLocale, place: Say['place'], hides: (e164: string) => boolean) {
    this.words = exportWords[locale];
    this.place = place;
    this.hides = (e164) => hides(e164) && (this.hasHidden = true);
  }

  /** Digits as a line takes them, and as the importer reads them again; what is no number stands as it is. */
  number(number: string): string {
    const read = readNumber(number);
    const { e164, dialString } = read.ok ? read.value : { e164: number, dialString: number };
    return this.hides(e164) ? formatNumber(number, { masked: true }) : dialString;
  }

  text(text: string | null): string | null {
    return text === null ? null : hideNumbers(text, this.hides);
  }
}
