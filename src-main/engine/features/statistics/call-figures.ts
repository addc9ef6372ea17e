import type { CallFigures, CallWork } from '#shared/desk-contract/areas/statistics.ts';
import { beijingMs } from '#shared/domain/sim-governor.ts';
import { callResults, channels, directions, outcomes } from '#shared/domain/vocabulary.ts';
import { readCard, type CallColumns, type CountedCalls } from '../calls/index.ts';
import { OpenerCount } from './opener-count.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const [outbound, missed] = [directions.indexOf('outbound'), callResults.indexOf('missed') + 1];

type Work = { -readonly [K in keyof CallWork]: CallWork[K] };
/** Work by whatever code a column has for it. */
type Works = Map<number, Work>;

/** What the calls of a time came to; those that are under way are in none of it. One look at each: half a million take some 50 ms. */
export function callFigures({ columns, rows }: CountedCalls): CallFigures {
  const counts = new Counts(columns);
  for (const row of rows) if (columns.ended.at(row) === 1) counts.add(row);
  return counts.figures();
}

class Counts {
  private readonly columns: CallColumns;
  private readonly total: Work = { dials: 0, connects: 0, talkMs: 0 };
  private waitMs = 0;
  private inbound = 0;
  private missed = 0;
  private readonly days: Works = new Map();
  private readonly hours: Works = new Map();
  private readonly channels: Works = new Map();
  private readonly cards: Works = new Map();
  /** Of connected calls, by meaning and by the company's own. */
  private readonly outcomes = new Map<number, { count: number; readonly own: Map<number, number> }>();
  private readonly openers = new Map<number, OpenerCount>();

  constructor(columns: CallColumns) {
    this.columns = columns;
  }

  add(row: number): void {
    const { columns } = this;
    if (columns.direction.at(row) !== outbound) {
      this.inbound += 1;
      if (columns.result.at(row) === missed) this.missed += 1;
      return;
    }
    const isConnected = columns.answered.at(row) === 1;
    const talkMs = Math.max(0, columns.talk.at(row) - 1);
    const hour = Math.floor((columns.started.at(row) + beijingMs) / hourMs);
    const [day, card] = [Math.floor(hour / 24), columns.card.codes.at(row)];
    const note = (work: Work): void => {
      work.dials += 1;
      if (isConnected) work.connects += 1;
      work.talkMs += talkMs;
    };
    note(this.total);
    note(workOf(this.days, day));
    note(workOf(this.hours, hour - day * 24));
    note(workOf(this.channels, columns.channel.at(row)));
    if (card !== 0) note(workOf(this.cards, card));
    if (isConnected) this.addConnected(row);
  }

  figures(): CallFigures {
    const { total, columns } = this;
    return {
      total: {
        ...total,
        waitMs: total.connects === 0 ? 0 : Math.round(this.waitMs / total.connects),
        inbound: this.inbound,
        missed: this.missed,
      },
      days: [...this.days]
        .map(([day, work]) => ({ day: day * dayMs - beijingMs, ...work }))
        .sort((a, b) => a.day - b.day),
      hours: Array.from({ length: 24 }, (_, hour) => ({ hour, ...workOf(this.hours, hour) })),
      channels: channels
        .map((channel, code) => ({ channel, ...workOf(this.channels, code) }))
        .filter(({ dials }) => dials > 0)
        .sort(most),
      cards: [...this.cards]
        .map(([code, work]) => ({ ...readCard(columns.card.words[code] ?? ''), ...work }))
        .sort((a, b) => a.employeeId.localeCompare(b.employeeId) || a.slot - b.slot || most(a, b)),
      outcomes: [...this.outcomes]
        .map(([code, { count, own }]) => ({ outcome: outcomes[code - 1] ?? null, count, own: this.ownOf(own) }))
        .sort((a, b) => b.count - a.count || Number(a.outcome === null) - Number(b.outcome === null)),
      openers: [...this.openers]
        .map(([code, opener]) => ({ name: columns.opener.words[code] ?? '', ...opener.figures() }))
        .sort((a, b) => b.calls - a.calls),
    };
  }

  private addConnected(row: number): void {
    const { columns } = this;
    this.waitMs += Math.max(0, columns.wait.at(row) - 1);
    const [outcome, own, opener] = [columns.outcome.at(row), columns.ownOutcome.codes.at(row), columns.opener.codes.at(row)]; // prettier-ignore
    const given = this.outcomes.get(outcome) ?? { count: 0, own: new Map<number, number>() };
    this.outcomes.set(outcome, given);
    given.count += 1;
    // An id without a meaning is what a desk of before has left behind.
    if (outcome !== 0 && own !== 0) given.own.set(own, (given.own.get(own) ?? 0) + 1);
    if (opener === 0) return;
    const count = this.openers.get(opener) ?? new OpenerCount();
    this.openers.set(opener, count);
    count.add(columns, row);
  }

  /** Of one meaning, the most given first. */
  private ownOf(own: ReadonlyMap<number, number>): CallFigures['outcomes'][number]['own'] {
    return [...own]
      .map(([code, count]) => ({ outcomeId: this.columns.ownOutcome.words[code] ?? '', count }))
      .sort((a, b) => b.count - a.count);
  }
}

function workOf(works: Works, code: number): Work {
  let work = works.get(code);
  if (!work) works.set(code, (work = { dials: 0, connects: 0, talkMs: 0 }));
  return work;
}

const most = (a: CallWork, b: CallWork): number => b.dials - a.dials;
