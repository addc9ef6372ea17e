import { parseCallRow, type CallRow } from '../at/answers.ts';

/**
 * The voice calls of a `+CLCC` answer; null when a row cannot be read, since then "absent" would be a guess. A row that
 * the modem repeats unasked in the middle of its answer counts as it was told last (SIMCom with AT+CLCC=1).
 * @param voiceModes profile: packet bearers of LTE modems stand in the same list (research/hardware 0.7)
 */
export function voiceCalls(lines: readonly string[], voiceModes: readonly number[]): readonly CallRow[] | null {
  const latest = new Map<number, CallRow>();
  for (const line of lines) {
    const row = parseCallRow(line);
    if (!row) return null;
    if (voiceModes.includes(row.mode)) latest.set(row.index, row);
  }
  return [...latest.values()].filter((row) => row.status !== 'released');
}

/** Has been dialled or answered here: it is nobody's who only rings. */
export const isUnderWay = (row: CallRow): boolean => row.status !== 'incoming' && row.status !== 'waiting';

const significant = (number: string): string => number.replace(/[^0-9*#]/g, '');

/** Networks rewrite numbers (+86 in front, or taken off), so one form may be the other's tail. */
export function sameNumber(a: string, b: string): boolean {
  const [x, y] = [significant(a), significant(b)];
  if (x === '' || y === '') return false;
  return x === y || (Math.min(x.length, y.length) >= 7 && (x.endsWith(y) || y.endsWith(x)));
}

/** The row of a call: by direction and number, else the one row that has no number. The index proves nothing (1.5). */
export function rowOf(rows: readonly CallRow[], outgoing: boolean, number: string | null): CallRow | null {
  const ways = rows.filter((row) => row.outgoing === outgoing);
  if (number === null || significant(number) === '') return ways.length === 1 ? (ways[0] ?? null) : null;
  return (
    ways.find((row) => row.number !== null && sameNumber(row.number, number)) ??
    ways.find((row) => row.number === null) ??
    null
  );
}
