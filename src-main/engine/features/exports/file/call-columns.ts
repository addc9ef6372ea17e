import { callEnder, callResult } from '#shared/domain/call-record.ts';
import type { CallExportColumn } from '#shared/domain/exports.ts';
import { choiceOf, type OutcomeSet } from '#shared/domain/outcome-set.ts';
import type { CallRow } from '../../calls/index.ts';
import { operatorCell, placeCell, type Cell, type CellKind, type Column, type Say } from './column.ts';

type CallColumn = Column<CallRow>;

const column = (kind: CellKind, width: number, of: CallColumn['of']): CallColumn => ({ kind, width, of });
const written = (width: number, of: (call: CallRow) => string | null): CallColumn =>
  column('text', width, (call, say) => say.text(of(call)));
const time = (of: (call: CallRow) => number | null): CallColumn => column('time', 19, of);
const seconds = (of: (call: CallRow) => number | null): CallColumn =>
  column('count', 14, (call) => {
    const ms = of(call);
    return ms === null ? null : Math.round(ms / 100) / 10;
  });

const lineWords = ({ slot, line_name }: CallRow, say: Say): Cell => (slot === null ? line_name : say.words.slot(slot));

/** What stands in which column of a file of calls. @param outcomes by whose names their outcomes are called */
export const callColumns = (outcomes: OutcomeSet): Readonly<Record<CallExportColumn, CallColumn>> => ({
  startedAt: time(({ started_at }) => started_at),
  customerName: written(32, ({ customer_name }) => customer_name),
  contactName: written(12, ({ contact_name }) => contact_name),
  number: column('text', 16, ({ number }, say) => (number === '' ? null : say.number(number))),
  numberPlace: column('text', 14, ({ number }, say) => placeCell(number, say)),
  numberOperator: column('text', 14, ({ number }, say) => operatorCell(number, say)),
  employee: column('text', 10, ({ employee_name }) => employee_name),
  direction: column('text', 10, ({ direction }, say) => say.words.direction[direction]),
  channel: column('text', 12, ({ channel }, say) => say.words.channel[channel]),
  line: column('text', 16, lineWords),
  // The company's own, and no customer's.
  callerId: column('text', 16, ({ caller_id }) => caller_id),
  answeredAt: time(({ answered_at }) => answered_at),
  endedAt: time(({ ended_at }) => ended_at),
  waitSeconds: seconds(({ wait_ms }) => wait_ms),
  talkSeconds: seconds(({ talk_ms, answered_at }) => (answered_at === null ? null : talk_ms)),
  result: column('text', 12, resultWords),
  endedBy: column('text', 10, ({ end_cause }, say) => {
    const who = callEnder(end_cause);
    return who && say.words.ender[who];
  }),
  opener: written(16, ({ opener_name }) => opener_name),
  openerSeconds: seconds(({ opener_id, opener_heard_ms }) => (opener_id === null ? null : opener_heard_ms)),
  cutInSeconds: seconds(({ cut_in_ms }) => cut_in_ms),
  outcome: column('text', 12, ({ outcome, outcome_id: outcomeId }, say) => {
    const own = choiceOf(outcomes, { outcome, outcomeId })?.name ?? null;
    return own ?? (outcome && say.words.outcome[outcome]);
  }),
  note: written(40, ({ note }) => note),
});

/** Null where the device could not show whether it was answered. */
function resultWords({ state, end_cause, answered_at, talk_ms, direction }: CallRow, { words }: Say): Cell {
  if (state !== 'ended' || end_cause === null) return words.running;
  if (answered_at === null && talk_ms === null) return null;
  return words.result[callResult(end_cause, answered_at !== null, direction)];
}
