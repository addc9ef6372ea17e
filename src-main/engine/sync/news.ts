import type { Clock } from '#shared/base/clock.ts';

export interface NewsDeps {
  /** The company's counter, as far as this desk has read. */
  readonly position: () => number;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
}

/**
 * So long a desk that is told does not ask: for what a lost word may have left behind. Up to twice as long, by chance. Words are
 * lost where a server dies in the moment behind a commit; asking every minute was more than half of what a day of calls asks.
 */
const toldTurnMs = 120_000;

/** What the cloud has told of its counter and no pull has looked for yet, and when to look whatever was told. */
export class News {
  private readonly deps: NewsDeps;
  private last: { readonly seq: number; readonly first: boolean } | null = null;
  /** On the monotonic clock. */
  private lookAt = -Infinity;

  constructor(deps: NewsDeps) {
    this.deps = deps;
  }

  /** @param first of a stream that has just begun: it may be of a cloud whose counter went back, a restored backup */
  hear(seq: number, first: boolean): void {
    this.last = { seq, first };
  }

  /** Somebody wants to know. */
  lookNow(): void {
    this.lookAt = -Infinity;
  }

  /** A pull begins: what was told until now is looked for. */
  looking(): void {
    this.last = null;
  }

  /** It has found everything. */
  looked(): void {
    const { clock, random } = this.deps;
    this.lookAt = clock.mono() + Math.round(toldTurnMs * (1 + random()));
  }

  /** Is there something that this desk has not read? */
  get isThere(): boolean {
    if (!this.last) return false;
    const { seq, first } = this.last;
    return first ? seq !== this.deps.position() : seq > this.deps.position();
  }

  /** ms until it is time to look although nothing was told. */
  get inMs(): number {
    return Math.max(0, this.lookAt - this.deps.clock.mono());
  }
}
