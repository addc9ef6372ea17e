import { every, type Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { AtSession } from '../at/at-session.ts';
import type { PhoneProfile } from '../profiles/profile.ts';
import { readSim, unknownSim, type Commands, type SimView } from './sim-monitor.ts';
import type { SimStack } from './sim-stack.ts';

/** Whom to ask. */
interface Line {
  readonly session: AtSession;
  readonly profile: PhoneProfile;
}

export interface CardWatchDeps {
  readonly stack: SimStack;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The modem as it can be talked to now; null = not. */
  readonly line: () => Line | null;
  /** True for the line of now: what an older one still answers does not matter. */
  readonly isCurrent: (session: AtSession) => boolean;
  /** While true the watch keeps its commands back, so that a cut-in never waits behind them. */
  readonly busy: () => boolean;
  readonly changed: () => void;
}

const refreshMs = 15_000;
/** Reports come in bursts (+CREG, +CEREG, +CPIN …): one look for all. */
const refreshSoonMs = 100;
/** A card that is being started, or a network being searched, changes soon and not always with a report. */
const unsettledRefreshMs = 2_000;

/** What is known of one SIM stack's card and network: looked at every 15 s, and at once when the modem reports a change. */
export class CardWatch implements Disposable {
  sim: SimView = unknownSim;
  private readonly deps: CardWatchDeps;
  private readonly beat: Disposable;
  private timer: Disposable | null = null;
  private timerAt = 0;
  private reading: Promise<void> | null = null;
  /** Raised when what is being read belongs to another card. */
  private epoch = 0;

  constructor(deps: CardWatchDeps) {
    this.deps = deps;
    this.beat = every(deps.clock, refreshMs, () => this.lookIfIdle());
  }

  /** Reads card and network anew; joins a reading that runs. Rejects when the modem is gone. */
  async refresh(line: Line | null = this.deps.line()): Promise<void> {
    if (!line) throw new AppError('phone.not-ready');
    if (!this.reading) {
      const reading = this.readOnce(line).finally(() => {
        if (this.reading === reading) this.reading = null;
      });
      this.reading = reading;
    }
    await this.reading;
  }

  /** After a slot switch: whatever is known belongs to the card before. */
  forget(): void {
    this.epoch += 1;
    this.reading = null;
    this.sim = unknownSim;
    this.deps.changed();
  }

  /** The line is gone: nothing is known, and nobody is to be asked. */
  lose(): void {
    this.epoch += 1;
    this.reading = null;
    this.timer?.dispose();
    this.timer = null;
    this.sim = unknownSim;
  }

  registrationReported(): void {
    this.lookSoon(refreshSoonMs);
  }

  /** It may be another card: none inherits the old one's identity, not even by a reading that runs (research/hardware case 33). */
  cardReported(): void {
    this.epoch += 1;
    this.reading = null;
    this.sim = { ...this.sim, iccid: null };
    this.lookSoon(refreshSoonMs);
  }

  planNextLook(): void {
    const { condition } = this.sim;
    if (condition === 'unknown' || condition === 'searching') this.lookSoon(unsettledRefreshMs);
  }

  dispose(): void {
    this.beat.dispose();
    this.timer?.dispose();
  }

  private async readOnce({ session, profile }: Line): Promise<void> {
    const { epoch } = this;
    // A call that begins meanwhile goes first: what is left of the reading is dropped.
    const { stack, busy } = this.deps;
    const idle: Commands = {
      send: (command) => session.send(stack.about({ ...command, wanted: () => !busy() }, profile)),
    };
    const sim = await readSim(idle, profile, this.sim);
    if (!this.deps.isCurrent(session) || epoch !== this.epoch) return;
    this.sim = sim;
    this.deps.changed();
  }

  private lookIfIdle(): void {
    const line = this.deps.line();
    if (this.deps.busy() || !line) return;
    // A plain AT first: it shows a mute modem in three seconds, where a card query may rightly take ten.
    line.session
      .send({ text: 'AT', priority: 'info' })
      .then(() => this.refresh())
      .then(
        () => this.planNextLook(),
        // A lost or mute port is told by its own event; this only leaves a trace.
        (error: unknown) => this.deps.logger.log('debug', 'query-failed', { reason: describeError(error) }),
      );
  }

  /** An earlier look stands: a storm of reports must not put it off for ever. */
  private lookSoon(ms: number): void {
    const { clock } = this.deps;
    const at = clock.mono() + ms;
    if (this.timer && this.timerAt <= at) return;
    this.timer?.dispose();
    this.timerAt = at;
    this.timer = clock.after(ms, () => {
      this.timer = null;
      this.lookIfIdle();
    });
  }
}
