import type { MediaReading } from '#shared/domain/voice-quality.ts';

export interface MediaRescueDeps {
  /** Looks for a new way of the sound (ICE restart). May be refused. */
  readonly restart: () => Promise<void>;
  readonly giveUp: () => void;
}

/** A relay that is back is to be heard within 2 s: at each reading, and those come once a second, more or less. */
const againMs = 750;

/**
 * What is done about a call in which nothing is heard: a new way is looked for, again and again while it stays silent,
 * one at a time; a call that has been silent for so long that it is dead is given up, whatever the signalling says.
 */
export class MediaRescue {
  private readonly deps: MediaRescueDeps;
  private triedAtMs: number | null = null;
  private trying = false;
  private over = false;

  constructor(deps: MediaRescueDeps) {
    this.deps = deps;
  }

  take({ flow, quietMs }: Pick<MediaReading, 'flow' | 'quietMs'>): void {
    if (this.over) return;
    if (flow === 'flowing') this.triedAtMs = null;
    else if (flow === 'dead') this.giveUp();
    else if (!this.trying && quietMs - (this.triedAtMs ?? -Infinity) >= againMs) this.look(quietMs);
  }

  private look(quietMs: number): void {
    this.triedAtMs = quietMs;
    this.trying = true;
    const done = (): void => void (this.trying = false);
    this.deps.restart().then(done, done);
  }

  private giveUp(): void {
    this.over = true;
    this.deps.giveUp();
  }
}
