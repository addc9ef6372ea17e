import type { Clock } from '#shared/base/clock.ts';
import { DisposeBag } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { FarParty } from './far-party.ts';

export type CallState = 'dialing' | 'alerting' | 'incoming' | 'waiting' | 'active' | 'held' | 'ended';
export type EndedBy = 'local' | 'remote' | 'network';

/** What the guide, the log and the tests see of a call. Times are Clock.mono(). */
export interface CallRecord {
  readonly slot: number;
  readonly number: string;
  readonly direction: 'outbound' | 'inbound';
  readonly state: CallState;
  readonly startedAt: number;
  readonly alertedAt: number | null;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  readonly endedBy: EndedBy | null;
  /** TS 24.008 annex H; null while it runs. */
  readonly cause: number | null;
}

/** How long an incoming caller lets it ring. */
const patienceMs = 30_000;

/** What a network may do on top of the script. */
export interface Quirks {
  /** It never says that the other side rings. */
  neverAlerts(): boolean;
  /** How long an incoming caller lets it ring; null = as usual. */
  patienceMs(): number | null;
}

/** One call as the network carries it, with the far party's script running on the clock. */
export class SimCall implements CallRecord {
  readonly slot: number;
  readonly number: string;
  readonly direction: 'outbound' | 'inbound';
  readonly far: FarParty;
  state: CallState;
  readonly startedAt: number;
  alertedAt: number | null = null;
  answeredAt: number | null = null;
  endedAt: number | null = null;
  endedBy: EndedBy | null = null;
  cause: number | null = null;
  private readonly clock: Clock;
  private readonly timers = new DisposeBag();
  private readonly changes = new Emitter<SimCall>();

  constructor(
    deps: { clock: Clock; random: () => number; quirks?: Quirks },
    slot: number,
    far: FarParty,
    state: CallState,
  ) {
    this.clock = deps.clock;
    this.slot = slot;
    this.number = far.number;
    this.far = far;
    this.state = state;
    this.direction = state === 'dialing' ? 'outbound' : 'inbound';
    this.startedAt = this.clock.mono();
    far.begin();
    if (this.direction === 'outbound') this.script(deps.random, deps.quirks?.neverAlerts() ?? false);
    else this.loseInterest(deps.quirks?.patienceMs() ?? patienceMs);
  }

  /** Fires after every change of state, on the stack of whoever caused it. */
  onChange(listener: (call: SimCall) => void): void {
    this.changes.on(listener);
  }

  get live(): boolean {
    return this.state !== 'ended';
  }

  /** The network connects both ends: the far party picked up, or we did. */
  answer(): void {
    if (this.answeredAt !== null || !this.live) return;
    this.answeredAt = this.clock.mono();
    this.far.answer();
    const { hangUpAfterMs } = this.far.behaviour;
    if (hangUpAfterMs !== null) this.timers.add(this.clock.after(hangUpAfterMs, () => this.end('remote')));
    this.become('active');
  }

  hold(): void {
    if (this.state === 'active') this.become('held');
  }

  resume(): void {
    if (this.state === 'held') this.become('active');
  }

  /** @param cause TS 24.008 annex H; the script's cause when left out. First end wins. */
  end(by: EndedBy, cause: number = this.far.behaviour.cause): void {
    if (!this.live) return;
    this.endedAt = this.clock.mono();
    this.endedBy = by;
    this.cause = cause;
    this.timers.dispose();
    this.become('ended');
  }

  /** An incoming caller who is not answered. */
  private loseInterest(afterMs: number): void {
    this.timers.add(this.clock.after(afterMs, () => this.answeredAt === null && this.end('remote', 16)));
  }

  private script(random: () => number, neverAlerts: boolean): void {
    const { alertAfterMs, answerAfterMs, releaseAfterMs } = this.far.behaviour;
    const at = (ms: number, fn: () => void): void => void this.timers.add(this.clock.after(ms, fn));
    if (alertAfterMs !== null && !neverAlerts) at(alertAfterMs, () => this.alert());
    if (answerAfterMs !== null) {
      const [soonest, latest] = answerAfterMs;
      at(soonest + random() * (latest - soonest), () => this.answer());
    }
    if (releaseAfterMs !== null) at(releaseAfterMs, () => this.end(this.state === 'alerting' ? 'remote' : 'network'));
  }

  private alert(): void {
    if (this.state !== 'dialing') return;
    this.alertedAt = this.clock.mono();
    this.become('alerting');
  }

  private become(state: CallState): void {
    this.state = state;
    this.changes.emit(this);
  }
}
