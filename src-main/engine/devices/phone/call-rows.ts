import { parseCallRow, type CallRow } from '../at/answers.ts';

/**
 * The outgoing voice calls of a `+CLCC` answer; null when a row cannot be read, since then "absent" would be a guess.
 * @param voiceModes profile: packet bearers of LTE modems stand in the same list (research/hardware 0.7)
 */
export function outgoingVoiceCalls(lines: readonly string[], voiceModes: readonly number[]): readonly CallRow[] | null {
  const rows = lines.map(parseCallRow);
  if (rows.some((row) => row === null)) return null;
  return rows.filter(
    (row): row is CallRow => row !== null && row.outgoing && row.status !== 'released' && voiceModes.includes(row.mode),
  );
}

const significant = (number: string): string => number.replace(/[^0-9*#]/g, '');

/** Networks rewrite numbers (+86 in front, or taken off), so one form may be the other's tail. */
export function sameNumber(a: string, b: string): boolean {
  const [x, y] = [significant(a), significant(b)];
  if (x === '' || y === '') return false;
  return x === y || (Math.min(x.length, y.length) >= 7 && (x.endsWith(y) || y.endsWith(x)));
}

/** The row of the call to this number: by number, else the one row that has none. The index proves nothing (1.5). */
export function rowOf(rows: readonly CallRow[], dialString: string): CallRow | null {
  return (
    rows.find((row) => row.number !== null && sameNumber(row.number, dialString)) ??
    rows.find((row) => row.number === null) ??
    null
  );
}
