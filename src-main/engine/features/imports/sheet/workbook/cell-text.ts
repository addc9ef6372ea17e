import { AppError } from '#shared/base/errors.ts';
import { sureDigits } from '#shared/domain/lead-import-row.ts';
import type { PackedTexts } from '../packed-texts.ts';

/** What cells of a workbook are read by. */
export interface CellFacts {
  readonly texts: PackedTexts;
  /** By number of a cell's style. */
  readonly dates: readonly boolean[];
  /** Days are counted from 1904. */
  readonly from1904: boolean;
}

/** A cell as it stands in the XML. */
export interface RawCell {
  /** `t`; none = a number. */
  readonly type: string;
  /** `s`; none = no style. */
  readonly style: string;
  /** The `v`; null = it has none. */
  readonly value: string | null;
  /** The `is`. */
  readonly inline: string;
}

/**
 * A cell as a person reads it; what is no result (an error, a formula that nobody has worked out) is empty.
 * @throws AppError `import.not-a-sheet` where it makes no sense
 */
export function cellText({ type, style, value, inline }: RawCell, facts: CellFacts): string {
  if (type === 'inlineStr') return inline;
  if (value === null || value === '' || type === 'e') return '';
  switch (type) {
    case '':
    case 'n':
      return numeric(value, style, facts);
    case 's':
      return facts.texts.at(Number(value)) ?? senseless('text');
    case 'str':
      return value;
    case 'b':
      return value === '1' ? 'TRUE' : value === '0' ? 'FALSE' : senseless('boolean');
    case 'd':
      return dateText(Date.parse(value)) ?? senseless('date');
    default:
      return senseless('type');
  }
}

function numeric(value: string, style: string, { dates, from1904 }: CellFacts): string {
  const isDate = style === '' ? false : (dates[Number(style)] ?? senseless('style'));
  if (!isDate) return numberText(value);
  const days = Number(value);
  if (Number.isNaN(days)) return senseless('date');
  // A number of a phone in a column of dates is none.
  return dateText(Math.floor((days + (from1904 ? from1904Days : 0) - epochDays) * dayMs)) ?? numberText(value);
}

const dayMs = 24 * 60 * 60 * 1000;
/** From 1899-12-30, the day that spreadsheets count from, to 1970. */
const epochDays = 25_569;
const from1904Days = 1462;

/** Null = no date that a calendar has. */
const dateText = (ms: number): string | null =>
  Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().slice(0, 10) : null;

/** A number as a person reads it: never with an exponent, unless it has lost digits, which is to be seen. */
function numberText(raw: string): string {
  const value = Number(raw);
  if (!Number.isFinite(value)) return raw;
  if (Math.abs(value) >= 10 ** sureDigits) return value.toExponential().toUpperCase();
  // 0.1 + 0.2 is stored as 0.30000000000000004, and shown as 0.3.
  return String(Number(value.toPrecision(sureDigits)));
}

function senseless(reason: string): never {
  throw new AppError('import.not-a-sheet', { reason });
}
