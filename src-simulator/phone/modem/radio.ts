import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { Coverage, SimCard } from '../sim-card.ts';

/** `busy` = the card is there and being started (CME 14). */
export type SimState = 'absent' | 'busy' | 'pin' | 'puk' | 'dead' | 'ready';
/** TS 27.007 §7.2: 0 no, 1 home, 2 searching, 3 denied, 5 roaming, 8 emergency calls only. */
export type Registration = 0 | 1 | 2 | 3 | 5 | 8;

const cardStartMs = 300;

/** The card and its registration: what is true, without any AT. Every change is told, true or not to the host. */
export class Radio {
  card: SimCard | null = null;
  sim: SimState = 'absent';
  registration: Registration = 0;
  /** AT+CFUN: 1 full, 4 flight mode, 0 minimum (card off as well). */
  functionality: 0 | 1 | 4 = 1;
  private readonly clock: Clock;
  private readonly registerMs: number;
  private readonly simChanges = new Emitter<SimState>();
  private readonly registrationChanges = new Emitter<Registration>();
  private timer: Disposable | null = null;

  constructor(clock: Clock, registerMs: number) {
    this.clock = clock;
    this.registerMs = registerMs;
  }

  onSim(listener: (state: SimState) => void): void {
    this.simChanges.on(listener);
  }

  onRegistration(listener: (state: Registration) => void): void {
    this.registrationChanges.on(listener);
  }

  /** A card goes into the holder (or the holder is empty), and is started. */
  seat(card: SimCard | null): void {
    this.card = card;
    this.setRegistration(0);
    if (!card) return this.setSim('absent');
    this.setSim('busy');
    this.later(cardStartMs, () => this.askForSecrets());
  }

  /** Everything off, the card too; `start` brings it back. */
  stop(): void {
    this.timer?.dispose();
    this.setRegistration(0);
    this.sim = 'busy';
  }

  /** The phone was switched on long ago: everything has already happened, nobody is told. */
  wakeWith(card: SimCard | null): void {
    this.card = card;
    this.sim = card === null ? 'absent' : afterStart(card);
    if (this.sim === 'ready' && card) this.registration = registrationOf(card.coverage);
  }

  start(): void {
    this.seat(this.card);
  }

  /** The card was locked by somebody (a test): asks for its PIN again. */
  relock(): void {
    this.setRegistration(0);
    this.askForSecrets();
  }

  /** @returns false for a wrong PIN; the card counts its tries and blocks itself */
  enterPin(pin: string): boolean {
    const card = this.card;
    if (!card) return false;
    const right = pin === card.pin;
    card.pinTries = right ? 3 : card.pinTries - 1;
    if (right) this.unlocked();
    else if (card.pinTries <= 0) this.setSim('puk');
    return right;
  }

  enterPuk(puk: string, newPin: string): boolean {
    const card = this.card;
    if (!card) return false;
    const right = puk === card.puk;
    card.pukTries = right ? 10 : card.pukTries - 1;
    if (right) {
      card.pin = newPin;
      card.pinTries = 3;
      this.unlocked();
    } else if (card.pukTries <= 0) this.setSim('dead');
    return right;
  }

  setFunctionality(level: 0 | 1 | 4): void {
    const before = this.functionality;
    this.functionality = level;
    if (level === 0) this.stop();
    else if (level === 4) this.setRegistration(0);
    else if (before === 0) this.start();
    else if (before === 4) this.register();
  }

  /** The card's `coverage` changed: what does the network say now? */
  coverageChanged(): void {
    if (this.sim === 'ready' && this.functionality === 1) this.register();
  }

  get registered(): boolean {
    return this.registration === 1 || this.registration === 5;
  }

  private askForSecrets(): void {
    const card = this.card;
    if (!card) return;
    const next = afterStart(card);
    if (next === 'ready') this.unlocked();
    else this.setSim(next);
  }

  private unlocked(): void {
    this.setSim('ready');
    if (this.functionality === 1) this.register();
  }

  private register(): void {
    this.setRegistration(2);
    this.later(this.registerMs, () => {
      this.setRegistration(registrationOf(this.card?.coverage ?? 'none'));
    });
  }

  private later(ms: number, fn: () => void): void {
    this.timer?.dispose();
    this.timer = this.clock.after(ms, fn);
  }

  private setSim(state: SimState): void {
    if (this.sim === state) return;
    this.sim = state;
    if (state !== 'ready') this.setRegistration(0);
    this.simChanges.emit(state);
  }

  private setRegistration(state: Registration): void {
    if (state === 0) this.timer?.dispose();
    if (this.registration === state) return;
    this.registration = state;
    this.registrationChanges.emit(state);
  }
}

const registrationOf = (coverage: Coverage): Registration =>
  ({ home: 1, roaming: 5, denied: 3, emergency: 8, none: 2 } as const)[coverage];

/** What a card says when it is switched on. */
function afterStart(card: SimCard): 'dead' | 'puk' | 'pin' | 'ready' {
  if (card.pukTries <= 0) return 'dead';
  if (card.pinTries <= 0) return 'puk';
  return card.pin === null ? 'ready' : 'pin';
}
