import type { Clock } from '#shared/base/clock.ts';
import type { KeyValueStore } from '../database/key-value.ts';
import type { CloudApi } from './ports.ts';

const keptSamples = 8;
/** The wall clock was set, or the PC slept (the monotonic clock may stand still then): what was measured before is void. */
const jumpMs = 1000;
const key = 'sync.clockOffMs';

interface Sample {
  /** Of the request and its reply, on the monotonic clock. */
  readonly roundTripMs: number;
  /** Cloud's clock less the PC's. */
  readonly offMs: number;
}

/**
 * How far the PC's wall clock is off the cloud's. Each page says the cloud's time; it was that late somewhere between the
 * question and its answer, so the middle of both is wrong by half of the round trip at most (Cristian 1989; NTP's clock
 * filter, RFC 5905 §10: of the last eight samples the one with the shortest way counts).
 *
 * It is told, and nothing else is done with it (docs/decisions/0022-deletions-and-the-floor.md): times of calls stay those of the PC.
 */
export class ClockOffset {
  private readonly clock: Clock;
  private readonly meta: KeyValueStore;
  private samples: Sample[] = [];
  /** Wall less monotonic, at the last sample. */
  private stretch: number | null = null;

  constructor(clock: Clock, meta: KeyValueStore) {
    this.clock = clock;
    this.meta = meta;
  }

  /** Positive = the PC is behind, ms. Null = never measured; before the first sample since the start the one from then. */
  get offMs(): number | null {
    const best = this.best();
    if (best) return best.offMs;
    const kept = this.meta.get(key);
    return kept === undefined ? null : Number(kept);
  }

  /**
   * To be called as soon as the answer is there.
   * @param askedAt monotonic, ms, when the question went out
   */
  heard(serverTime: number, askedAt: number): void {
    const [wall, mono] = [this.clock.now(), this.clock.mono()];
    const stretch = wall - mono;
    if (this.stretch !== null && Math.abs(stretch - this.stretch) > jumpMs) this.samples = [];
    this.stretch = stretch;
    const roundTripMs = mono - askedAt;
    const sample = { roundTripMs, offMs: Math.round(serverTime - (wall - roundTripMs / 2)) };
    const before = this.offMs;
    this.samples = [...this.samples, sample].slice(-keptSamples);
    const { offMs } = this;
    // Not for every millisecond: it wears the disk.
    if (offMs !== null && (before === null || Math.abs(offMs - before) > jumpMs)) this.meta.set(key, String(offMs));
  }

  private best(): Sample | undefined {
    return this.samples.toSorted((a, b) => a.roundTripMs - b.roundTripMs)[0];
  }
}

/** The same pages, each of them a sample. */
export const measured = (
  api: CloudApi,
  clock: Clock,
  offset: Pick<ClockOffset, 'heard'>,
): Pick<CloudApi, 'changes' | 'changesAsSent'> => ({
  changesAsSent: (after, limit, signal) => api.changesAsSent(after, limit, signal),
  async changes(after, limit, signal) {
    const askedAt = clock.mono();
    const page = await api.changes(after, limit, signal);
    if (page.serverTime !== undefined) offset.heard(page.serverTime, askedAt);
    return page;
  },
});
