import type { EngineClock } from './engine-clock.ts';

/** An engine that leaves half a second unanswered is away: what is said meanwhile would only come late. */
const mostUnanswered = 25;

type Answer = { readonly ok: true; readonly value: { readonly at: number } } | { readonly ok: false };

/** Sends a window's frames of 20 ms to the engine, whose answers carry its clock. */
export class FrameSender {
  private readonly clock: EngineClock;
  private readonly mono: () => number;
  private unanswered = 0;

  /** @param mono the window's own monotonic clock, ms */
  constructor(clock: EngineClock, mono: () => number) {
    this.clock = clock;
    this.mono = mono;
  }

  /** @param make sends the frame; not called while the engine is away. `now` is this moment by `mono`. */
  send(make: (now: number) => Promise<Answer>): void {
    if (this.unanswered >= mostUnanswered) return;
    const now = this.mono();
    this.unanswered += 1;
    void make(now).then((answer) => {
      this.unanswered -= 1;
      if (answer.ok) this.clock.note(now, this.mono(), answer.value.at);
    });
  }
}
