import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';

export type SaveState = 'clean' | 'waiting' | 'saving' | 'saved' | 'failed';

export interface AutosaveOptions {
  readonly clock: Pick<Clock, 'after'>;
  /** Rejects when it was not saved. */
  readonly save: (text: string) => Promise<void>;
  readonly onState: (state: SaveState, failure: unknown) => void;
  /** False = trying again cannot help (the record is gone, the text is refused). */
  readonly canRetry?: (failure: unknown) => boolean;
  readonly quietMs?: number;
  readonly retryMs?: number;
}

/**
 * Saves a text by itself, a moment after the last key, and at once when asked (`flush`: blur, hang-up, leaving). One save
 * runs at a time and the newest text always goes last, so an older one can never overwrite it. A failed save is tried
 * again by itself, also after its field has left the screen: what an agent wrote about a customer is never lost to a hiccup.
 */
export class Autosave {
  private readonly options: AutosaveOptions;
  private pending: string | null = null;
  private running = false;
  private timer: Disposable | undefined;

  constructor(options: AutosaveOptions) {
    this.options = options;
  }

  /** True while there is text that the engine has not confirmed. */
  get dirty(): boolean {
    return this.pending !== null || this.running;
  }

  change(text: string): void {
    this.pending = text;
    this.options.onState('waiting', null);
    this.arm(this.options.quietMs ?? 600);
  }

  flush(): void {
    this.timer?.dispose();
    if (this.pending !== null && !this.running) void this.run();
  }

  private arm(ms: number): void {
    this.timer?.dispose();
    this.timer = this.options.clock.after(ms, () => this.flush());
  }

  private async run(): Promise<void> {
    const text = this.pending;
    if (text === null) return;
    this.pending = null;
    this.running = true;
    this.options.onState('saving', null);
    try {
      await this.options.save(text);
      this.running = false;
      // Typed on while it was being saved: straight on with the newer text.
      if (this.pending !== null) return void this.run();
      this.options.onState('saved', null);
    } catch (failure) {
      this.running = false;
      this.pending ??= text;
      this.options.onState('failed', failure);
      if (this.options.canRetry?.(failure) ?? true) this.arm(this.options.retryMs ?? 3000);
    }
  }
}
