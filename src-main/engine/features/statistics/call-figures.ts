import type { CallFigures, CallFiguresQuery, CallWork } from '#shared/desk-contract/areas/statistics.ts';
import { causesOf } from '#shared/domain/call-record.ts';
import { beijingMs } from '#shared/domain/sim-governor.ts';
import type { Channel, Outcome } from '#shared/domain/vocabulary.ts';
import type { ReadableDb } from '../../database/handles.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Calls that are alike in all that figures are made by. */
interface Cell {
  /** Of Beijing, counted from 1970. */
  hour: number;
  outbound: number;
  channel: Channel;
  slot: number | null;
  operator: string | null;
  outcome: Outcome | null;
  outcomeId: string | null;
  opener: string | null;
  answered: number;
  calls: number;
  talkMs: number;
  waitMs: number;
  missed: number;
  cutIns: number;
  heardMs: number;
}

/** The causes come from our own closed list, so they may stand in the text. */
const missedCauses = causesOf('missed', 'inbound').map((cause) => `'${cause}'`).join(', '); // prettier-ignore

/** One look at each call, whatever is counted: half a million take a second and a half, which is for a thread. */
const cellsSql = `SELECT (started_at + ${beijingMs}) / ${hourMs} AS hour, direction = 'outbound' AS outbound, channel, slot,
  operator, outcome, outcome_id AS outcomeId, CASE WHEN opener_started_at IS NULL THEN NULL ELSE opener_name END AS opener,
  answered_at IS NOT NULL AS answered, count(*) AS calls, coalesce(sum(talk_ms), 0) AS talkMs,
  coalesce(sum(wait_ms), 0) AS waitMs,
  sum(CASE WHEN answered_at IS NULL AND end_cause IN (${missedCauses}) THEN 1 ELSE 0 END) AS missed,
  count(cut_in_ms) AS cutIns, coalesce(sum(opener_heard_ms), 0) AS heardMs
  FROM call WHERE state = 'ended' AND (:from IS NULL OR started_at >= :from) AND (:below IS NULL OR started_at < :below)
    AND (:employeeId IS NULL OR employee_id = :employeeId)
    AND (:department IS NULL OR employee_id IN (SELECT id FROM call_employee WHERE department = :department))
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9`;

/** What the calls of a time came to; those that are under way are in none of it. */
export function callFigures(db: ReadableDb, { from, below, employeeId, department }: CallFiguresQuery): CallFigures {
  const cells = db.all<Cell>(cellsSql, { from, below, employeeId, department });
  const out = cells.filter(({ outbound }) => outbound === 1);
  const connected = out.filter(({ answered }) => answered === 1);
  const inbound = cells.filter(({ outbound }) => outbound === 0);
  const total = workOf(out);
  const hours = Map.groupBy(out, ({ hour }) => ((hour % 24) + 24) % 24);
  return {
    total: {
      ...total,
      waitMs: total.connects === 0 ? 0 : Math.round(sum(connected, 'waitMs') / total.connects),
      inbound: sum(inbound, 'calls'),
      missed: sum(inbound, 'missed'),
    },
    days: [...Map.groupBy(out, ({ hour }) => Math.floor(hour / 24))]
      .map(([day, of]) => ({ day: day * dayMs - beijingMs, ...workOf(of) }))
      .sort((a, b) => a.day - b.day),
    hours: Array.from({ length: 24 }, (_, hour) => ({ hour, ...workOf(hours.get(hour) ?? []) })),
    channels: [...Map.groupBy(out, ({ channel }) => channel)].map(([channel, of]) => ({ channel, ...workOf(of) })).sort(most), // prettier-ignore
    cards: [...Map.groupBy(out.filter(hasCard), ({ slot, operator }) => JSON.stringify([slot, operator]))]
      .map(([, of]) => ({ slot: of[0]?.slot ?? 0, operator: of[0]?.operator ?? null, ...workOf(of) }))
      .sort((a, b) => a.slot - b.slot),
    outcomes: [...Map.groupBy(connected, ({ outcome }) => outcome)]
      .map(([outcome, of]) => ({ outcome, count: sum(of, 'calls'), own: outcome === null ? [] : ownOf(of) }))
      .sort((a, b) => b.count - a.count),
    openers: openersOf(connected),
  };
}

/** Of one meaning, the most given first. */
const ownOf = (cells: readonly Cell[]): CallFigures['outcomes'][number]['own'] =>
  [...Map.groupBy(cells, ({ outcomeId }) => outcomeId)]
    .flatMap(([outcomeId, of]) => (outcomeId === null ? [] : [{ outcomeId, count: sum(of, 'calls') }]))
    .sort((a, b) => b.count - a.count);

const hasCard = ({ slot }: Cell): boolean => slot !== null;

function openersOf(connected: readonly Cell[]): CallFigures['openers'] {
  return [...Map.groupBy(connected.filter(({ opener }) => opener !== null), ({ opener }) => opener ?? '')] // prettier-ignore
    .map(([name, of]) => {
      const calls = sum(of, 'calls');
      const interested = sum(of.filter(({ outcome }) => outcome === 'interested'), 'calls'); // prettier-ignore
      return { name, calls, cutIns: sum(of, 'cutIns'), interested, heardMs: Math.round(sum(of, 'heardMs') / calls) };
    })
    .sort((a, b) => b.calls - a.calls);
}

const most = (a: CallWork, b: CallWork): number => b.dials - a.dials;

const sum = (cells: readonly Cell[], of: 'calls' | 'talkMs' | 'waitMs' | 'missed' | 'cutIns' | 'heardMs'): number =>
  cells.reduce((all, cell) => all + cell[of], 0);

function workOf(cells: readonly Cell[]): CallWork {
  const connected = cells.filter(({ answered }) => answered === 1);
  return { dials: sum(cells, 'calls'), connects: sum(connected, 'calls'), talkMs: sum(connected, 'talkMs') };
}
