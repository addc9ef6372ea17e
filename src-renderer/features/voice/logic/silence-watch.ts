import type { Clock } from '#shared/base/clock.ts';

/** A microphone that works has noise, be it ever so little: below one step of 16 bits there is nothing behind it. */
const nothing = 1 / 32_768;
/** Long enough that no device is blamed for waking up. */
const silentMs = 4_000;

/** Tells a microphone that gives nothing (muted by a key of its own, or by the system) from one into which nobody speaks. */
export class SilenceWatch {
  private readonly clock: Pick<Clock, 'mono'>;
  private heardAt: number;

  constructor(clock: Pick<Clock, 'mono'>) {
    this.clock = clock;
    this.heardAt = clock.mono();
  }

  /** @param samples −1…1 of the last moment @returns nothing at all has come for 4 s */
  take(samples: Float32Array): boolean {
    if (samples.some((sample) => Math.abs(sample) >= nothing)) this.heardAt = this.clock.mono();
    return this.clock.mono() - this.heardAt >= silentMs;
  }
}
