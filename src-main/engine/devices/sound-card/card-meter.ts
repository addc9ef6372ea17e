import type { Clock } from '#shared/base/clock.ts';
import { frameMs } from '#shared/domain/call-channel.ts';
import { RecentDelays } from '#engine/audio/recent-delays.ts';

/** How the way over the window fared in one call. */
export interface CardQuality {
  /** No frame has come for a while, though one should every 20 ms. */
  readonly away: boolean;
  /** Times at which the card was away, and for how long together. */
  readonly gaps: number;
  readonly lostMs: number;
  /** From the engine to the card, of the last ten seconds; null = nothing was measured. */
  readonly delayMs: { readonly p50: number; readonly p95: number } | null;
}

/** A window that is busy for a moment is not away: its frames come, only later. */
const gapMs = 250;

export class CardMeter {
  private readonly clock: Clock;
  private lastAt: number | null = null;
  private gaps = 0;
  private lostMs = 0;
  private delays = new RecentDelays();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Another call. */
  begin(): void {
    this.lastAt = null;
    this.gaps = 0;
    this.lostMs = 0;
    this.delays = new RecentDelays();
  }

  heard(playedAfterMs: number | null): void {
    const now = this.clock.mono();
    const quiet = this.lastAt === null ? 0 : now - this.lastAt;
    if (quiet > gapMs) {
      this.gaps += 1;
      this.lostMs += Math.round(quiet - frameMs);
    }
    this.lastAt = now;
    if (playedAfterMs !== null) this.delays.note(playedAfterMs);
  }

  /** @param running the call goes on: no frame now is a gap that lasts */
  read(running: boolean): CardQuality {
    const away = running && this.lastAt !== null && this.clock.mono() - this.lastAt > gapMs;
    return { away, gaps: this.gaps + (away ? 1 : 0), lostMs: this.lostMs, delayMs: this.delays.middle() };
  }
}
