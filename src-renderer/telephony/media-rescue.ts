import type { MediaReading } from '#shared/domain/voice-quality.ts';

export interface MediaRescueDeps {
  /** Looks for a new way of the sound (ICE restart). May be refused. */
  readonly restart: () => Promise<void>;
  readonly giveUp: () => void;
  /** The browser's questions get no answer on the way to the other side, whatever comes in by it (`PeerMedia.wayLost`). */
  readonly wayLost: () => boolean;
}

/** A relay that is back is to be heard within 2 s: at each reading, and those come once a second, more or less. */
const againMs = 750;
/** While they are heard nothing is urgent: the browser may still find its way again, and a slow one takes its time. */
const eachReadings = 3;

/**
 * What is done about a call in which nothing is heard, or in which the other side will soon hear nothing: a new way is looked
 * for, again and again while it stays so, one at a time; a call that has been silent for so long that it is dead is given up,
 * whatever the signalling says.
 */
export class MediaRescue {
  private readonly deps: MediaRescueDeps;
  private triedAtMs: number | null = null;
  /** Readings in a row with sound, and without a way of our own. */
  private lostFor = 0;
  private trying = false;
  private over = false;

  constructor(deps: MediaRescueDeps) {
    this.deps = deps;
  }

  take({ flow, quietMs }: Pick<MediaReading, 'flow' | 'quietMs'>): void {
    if (this.over) return;
    if (flow === 'dead') this.giveUp();
    else if (flow === 'silent') this.silent(quietMs);
    else this.flowing();
  }

  private silent(quietMs: number): void {
    this.lostFor = 0;
    if (quietMs - (this.triedAtMs ?? -Infinity) < againMs || this.trying) return;
    this.triedAtMs = quietMs;
    this.look();
  }

  private flowing(): void {
    this.triedAtMs = null;
    if (!this.deps.wayLost()) this.lostFor = 0;
    else if ((this.lostFor += 1) % eachReadings === 0 && !this.trying) this.look();
  }

  private look(): void {
    this.trying = true;
    const done = (): void => void (this.trying = false);
    this.deps.restart().then(done, done);
  }

  private giveUp(): void {
    this.over = true;
    this.deps.giveUp();
  }
}
