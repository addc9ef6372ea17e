import type { CallReport } from '../at/call-reports.ts';
import type { CallRow } from '../at/answers.ts';
import { isUnderWay, sameNumber } from './call-rows.ts';
import type { LineCall } from './line-state.ts';

/** A call that was answered cannot ring again: such a row is another call, even with the same number. */
const fits = (call: LineCall, row: CallRow): boolean =>
  row.outgoing === (call.direction === 'outbound') &&
  (!call.answered || row.status === 'active' || row.status === 'held');

const numbersAgree = (call: LineCall, row: CallRow): boolean =>
  call.number !== null && row.number !== null && sameNumber(call.number, row.number);

/** One of the two does not know the number, so the order in which calls were first seen decides (case 27). */
const numberOpen = (call: LineCall, row: CallRow): boolean => call.number === null || row.number === null;

/**
 * Which row is which call. A call whose number is told by another row has none of the rest; an index proves nothing,
 * since modems number anew after a release.
 */
export function matchRows(
  calls: readonly LineCall[],
  rows: readonly CallRow[],
): { readonly matched: ReadonlyMap<string, CallRow>; readonly rest: readonly CallRow[] } {
  const matched = new Map<string, CallRow>();
  const free = new Set(rows);
  for (const agrees of [numbersAgree, numberOpen])
    for (const call of calls) {
      if (matched.has(call.id)) continue;
      const row = [...free].find((candidate) => fits(call, candidate) && agrees(call, candidate));
      if (!row) continue;
      matched.set(call.id, row);
      free.delete(row);
    }
  return { matched, rest: [...free] };
}

/** Incoming calls that nobody here knows of. One that was answered before we looked counts while the bell is warm. */
export const newcomers = (rest: readonly CallRow[], bellIsWarm: boolean): readonly CallRow[] =>
  rest.filter((row) => !row.outgoing && (!isUnderWay(row) || bellIsWarm));

/**
 * The calls that a report may be about: by direction, by number where both know one, by the index of the last list
 * where that can tell. More than one = it cannot be told apart.
 */
export function callsOf(report: CallReport, calls: readonly LineCall[]): readonly LineCall[] {
  const possible = calls.filter(
    (call) =>
      call.phase !== 'placing' &&
      (report.outgoing === null || report.outgoing === (call.direction === 'outbound')) &&
      (report.number === null || call.number === null || sameNumber(report.number, call.number)),
  );
  const byIndex = possible.filter((call) => call.index !== null && call.index === report.index);
  if (byIndex.length > 0) return byIndex;
  // A call that no list has shown yet may have any index.
  return report.index === null ? possible : possible.filter((call) => call.index === null);
}
