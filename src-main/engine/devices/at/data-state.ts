import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';

/** Raw bytes that belong to a command: written when the modem has said CONNECT, and then nothing else until all are out. */
export interface RawData {
  readonly bytes: Uint8Array;
  /** The modem leaves the data state by itself, with an error, after so long without a byte. */
  readonly silenceMs: number;
}

/** So much waits in the operating system at most: what a data state that is broken off cannot call back. */
const chunkBytes = 4096;
/**
 * A line that needs longer is too slow for files. Reports wait for the end of the data state, so this is also how late a
 * caller can be seen.
 */
const mostMs = 15_000;
/** Whoever is more urgent waits this long for the rest before it is broken off: about what breaking off costs anyhow. */
const graceMs = 1_000;
/** From the last byte to the result; the modem writes its flash meanwhile. */
const answerMs = 3_000;
/** What the modem's own count of silence may be off by. */
const slackMs = 500;

export interface DataStateDeps {
  readonly clock: Clock;
  /** Resolves when the port has taken them. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** The result must be there within so many ms from now. */
  readonly expectWithin: (ms: number) => void;
}

/**
 * The data state of a modem's command line (V.250 §5.8 leaves it to the command; Quectel AT+QFUPL): exactly the promised
 * bytes, a piece when the port has taken the one before. There is no word to end it early: whoever must stops writing,
 * and the modem gives up after its silence.
 */
export class DataState {
  private readonly deps: DataStateDeps;
  private readonly data: RawData;
  private limit: Disposable;
  private state: 'sending' | 'sent' | 'broken-off' | 'over' = 'sending';
  /** Bytes that the port has been given, taken or not. */
  private given = 0;

  constructor(data: RawData, deps: DataStateDeps) {
    this.data = data;
    this.deps = deps;
    this.limit = deps.clock.after(mostMs, () => this.breakOff());
    deps.expectWithin(mostMs + answerMs);
    void this.send();
  }

  /** The port has been given every byte; the result may be here before the port says that it has taken the last. */
  get whole(): boolean {
    return this.given === this.data.bytes.length;
  }

  /** We stopped writing, for the sake of something more urgent or because the line is too slow. */
  get brokenOff(): boolean {
    return this.state === 'broken-off';
  }

  /** Something more urgent waits: at most 1 s more, then the modem's silence. */
  hurry(): void {
    if (this.state !== 'sending') return;
    this.limit.dispose();
    this.limit = this.deps.clock.after(graceMs, () => this.breakOff());
  }

  /** The result is there, or never will be: nothing is written any more. */
  end(): void {
    this.limit.dispose();
    if (this.state === 'sending') this.state = 'over';
  }

  private breakOff(): void {
    if (this.state !== 'sending') return;
    this.state = 'broken-off';
    this.deps.expectWithin(this.data.silenceMs + slackMs);
  }

  private async send(): Promise<void> {
    const { bytes } = this.data;
    try {
      while (!this.whole && this.state === 'sending') {
        const piece = bytes.subarray(this.given, this.given + chunkBytes);
        this.given += piece.length;
        await this.deps.write(piece);
      }
    } catch {
      // The transport's onLost follows and closes the session; until then the result's own time-out holds.
      return;
    }
    if (this.state !== 'sending') return;
    this.state = 'sent';
    this.limit.dispose();
    this.deps.expectWithin(answerMs);
  }
}

/** After a command with data timed out: so long a late CONNECT would keep the modem in its data state. */
export const giveUpMs = ({ silenceMs }: RawData): number => silenceMs + slackMs;
