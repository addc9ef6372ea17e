import { disposable, type Disposable } from './dispose.ts';

/**
 * Time as the product sees it. `now` is the wall clock (ms since 1970, UTC) and may jump; `mono` is monotonic
 * (ms from an arbitrary start) and is the only source for durations. Nothing calls Date.now or setTimeout directly.
 */
export interface Clock {
  now(): number;
  mono(): number;
  /** Runs `fn` once after `ms`; dispose to cancel. */
  after(ms: number, fn: () => void): Disposable;
}

/** Runs `fn` again and again, `ms` after the last run ended. */
export function every(clock: Clock, ms: number, fn: () => void): Disposable {
  let timer: Disposable | undefined;
  let stopped = false;
  const arm = (): void => {
    timer = clock.after(ms, () => {
      fn();
      if (!stopped) arm();
    });
  };
  arm();
  return disposable(() => {
    stopped = true;
    timer?.dispose();
  });
}

/** Waits `ms`; an aborted signal ends the wait early (it resolves, the caller looks at the signal). */
export function sleep(clock: Clock, ms: number, signal?: AbortSignalLike): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = clock.after(ms, resolve);
    signal?.addEventListener('abort', () => {
      timer.dispose();
      resolve();
    });
  });
}

/** The part of AbortSignal that pure code may lean on (Node and the browser both have it, `lib: ES2024` does not). */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
}

/** A clock that only moves when told: the clock of the tests and of the simulator's virtual runs. */
export class ManualClock implements Clock {
  private time: number;
  private elapsed = 0;
  private timers: { at: number; fn: () => void }[] = [];

  constructor(start = Date.UTC(2026, 0, 5, 2, 0, 0)) {
    this.time = start;
  }

  now(): number {
    return this.time + this.elapsed;
  }

  mono(): number {
    return this.elapsed;
  }

  after(ms: number, fn: () => void): Disposable {
    const timer = { at: this.elapsed + Math.max(0, ms), fn };
    this.timers.push(timer);
    return disposable(() => {
      this.timers = this.timers.filter((other) => other !== timer);
    });
  }

  /** Moves both clocks and fires what falls due, in time order. */
  advance(ms: number): void {
    const end = this.elapsed + ms;
    for (;;) {
      const due = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.timers = this.timers.filter((timer) => timer !== due);
      this.elapsed = Math.max(this.elapsed, due.at);
      due.fn();
    }
    this.elapsed = end;
  }

  /** A person or NTP sets the wall clock; monotonic time does not move. */
  jumpWall(ms: number): void {
    this.time += ms;
  }
}
