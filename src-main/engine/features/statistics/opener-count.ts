import type { CallFigures } from '#shared/desk-contract/areas/statistics.ts';
import { outcomes } from '#shared/domain/vocabulary.ts';
import type { CallColumns } from '../calls/index.ts';

const interested = outcomes.indexOf('interested') + 1;

/** What became of the calls in which one opener was played. */
export class OpenerCount {
  private calls = 0;
  private cutIns = 0;
  private interested = 0;
  private heardMs = 0;
  private left = 0;
  /** Of calls by the last second of it that was begun, and of those in which its customer hung up then. */
  private readonly ends: number[] = [];
  private readonly leaves: number[] = [];

  add(columns: CallColumns, row: number): void {
    const [heardMs, left] = [columns.heard.at(row), columns.left.at(row)];
    this.calls += 1;
    this.cutIns += columns.cutIn.at(row);
    this.heardMs += heardMs;
    if (columns.outcome.at(row) === interested) this.interested += 1;
    oneMore(this.ends, left === 0 ? Math.max(0, Math.ceil(heardMs / 1000) - 1) : left - 1);
    if (left === 0) return;
    this.left += 1;
    oneMore(this.leaves, left - 1);
  }

  figures(): Omit<CallFigures['openers'][number], 'name'> {
    const { calls, cutIns, interested: won, left } = this;
    let before = 0;
    const seconds = Array.from(this.ends, (ended = 0, second) => {
      const heard = calls - before;
      before += ended;
      return { heard, left: this.leaves[second] ?? 0 };
    });
    return { calls, cutIns, interested: won, heardMs: Math.round(this.heardMs / calls), left, seconds };
  }
}

function oneMore(counts: number[], at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}
