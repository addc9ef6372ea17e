/** What came of a decision: how many this person has decided, and how many somebody else was faster with. */
export interface Decided {
  readonly count: number;
  readonly others: number;
}
export type DecisionResult = 'decided' | 'by-somebody-else' | 'failed';

/**
 * Requests decided one after the other, so that each is in the audit log and one that a colleague was faster with holds up none. A failure stops it; `run` goes
 * on with the same one then, and asks none twice. Of a single request the person is told by whom it was decided: that is a failure like any other.
 */
export class DecisionRun {
  private readonly ids: readonly string[];
  private readonly decide: (id: string) => Promise<DecisionResult>;
  private next = 0;
  private count = 0;
  private others = 0;
  private stopped = false;

  constructor(ids: readonly string[], decide: (id: string) => Promise<DecisionResult>) {
    this.ids = ids;
    this.decide = decide;
  }

  /** @param at how many are behind it, before each. @returns null = it failed at one */
  async run(at: (done: number) => void): Promise<Decided | null> {
    this.stopped = false;
    for (let id = this.ids[this.next]; id !== undefined && !this.stopped; id = this.ids[this.next]) {
      at(this.next);
      const result = await this.decide(id);
      if (result === 'failed' || (result === 'by-somebody-else' && this.ids.length === 1)) return null;
      if (result === 'decided') this.count += 1;
      else this.others += 1;
      this.next += 1;
    }
    return { count: this.count, others: this.others };
  }

  /** Behind the one that is under way. */
  stop(): void {
    this.stopped = true;
  }
}
