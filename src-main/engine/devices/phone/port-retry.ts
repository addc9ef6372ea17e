import { every, type Clock } from '#shared/base/clock.ts';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import type { AppError } from '#shared/base/errors.ts';
import type { Transport } from '../face.ts';

const backOffMs = [2_000, 4_000, 8_000, 16_000, 30_000];
/** A port that is not there is looked for at a steady pace: that costs nothing, and whoever plugs the phone in waits for it. */
const missingMs = 2_000;
/** Where a look without opening is possible it is cheaper still. */
const presentMs = 250;
/** A modem whose power breaks down draws most while it starts: it gets a rest (research/hardware case 4). */
const restingMs = 30_000;

/** Nothing has to be asked of it, only seen: it is not plugged in, or no window has found it. */
const awayCodes: ReadonlySet<string> = new Set(['phone.port-missing', 'phone.lost', 'sound-card.away']);

/** When a port is opened again: 2, 4, 8, 16, 30 s; while it is missing every 2 s, or as soon as it can be seen. */
export class PortRetry implements Disposable {
  private readonly clock: Clock;
  private waiting = new DisposeBag();
  private failures = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** @returns in how many ms at the latest `again` is called; a plan that was made before is dropped */
  plan(error: AppError, port: Transport | null, again: () => void): number {
    this.cancel();
    const missing = awayCodes.has(error.code);
    const delay = missing ? missingMs : error.code === 'phone.restarting' ? restingMs : this.nextBackOff();
    if (missing) this.failures = 0;
    const go = (): void => {
      this.cancel();
      again();
    };
    this.waiting.add(this.clock.after(delay, go));
    if (missing && port?.present) this.watch(port, go);
    return delay;
  }

  /** It works: the next failure is a first one. */
  succeeded(): void {
    this.cancel();
    this.failures = 0;
  }

  cancel(): void {
    this.waiting.dispose();
    this.waiting = new DisposeBag();
  }

  dispose(): void {
    this.cancel();
  }

  private nextBackOff(): number {
    const delay = backOffMs[Math.min(this.failures, backOffMs.length - 1)] ?? 0;
    this.failures += 1;
    return delay;
  }

  private watch(port: Transport, go: () => void): void {
    const { waiting } = this;
    let looking = false;
    const look = async (): Promise<void> => {
      if (looking) return;
      looking = true;
      const there = await port.present?.();
      looking = false;
      if (there && waiting === this.waiting) go();
    };
    waiting.add(every(this.clock, presentMs, () => void look()));
  }
}
