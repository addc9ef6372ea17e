import type { Clock } from '#shared/base/clock.ts';
import { assertNever } from '#shared/base/assert-never.ts';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { PhoneKeys } from '#shared/desk-contract/areas/phone.ts';
import {
  intentOf,
  lightsOf,
  nameOf,
  type CallSituation,
  type HidKeys,
  type KeyEvent,
  type KeyIntent,
} from '../../devices/index.ts';

/** What keys may do to calls, each to the call in hand. What a channel cannot do is absent, and its keys do nothing. */
export interface KeyCalls {
  situation(): CallSituation;
  /** The situation may have changed. */
  onChange(listener: () => void): Disposable;
  hangUp(): Promise<void>;
  cutIn(): Promise<void>;
  setMuted(muted: boolean): Promise<void>;
  sendDtmf(digit: string): Promise<void>;
  answer?(): Promise<void>;
  reject?(): Promise<void>;
  hold?(): Promise<void>;
  resume?(): Promise<void>;
  swap?(): Promise<void>;
}

export interface PhoneKeysDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly keys: HidKeys;
  readonly calls: KeyCalls;
  /** The key that a person has bound to 切入; null = none. */
  readonly cutInKey: () => string | null;
}

/** So long a person may take to press the key that is to be bound. */
const learnWithinMs = 30_000;
const longestNumber = 60;

/**
 * Keys to calls, and calls to lights. One direction only: a device that goes away, or that cannot be written, changes
 * nothing about a call (research/hardware case 34).
 */
export class PhoneKeysService implements Disposable {
  readonly changed = new Emitter<PhoneKeys>();
  /** The handset was lifted or put down. */
  readonly hook = new Emitter<void>();
  private readonly deps: PhoneKeysDeps;
  private readonly bag = new DisposeBag();
  private lastKey: PhoneKeys['lastKey'] = null;
  private dialField: PhoneKeys['dialField'] = { rev: 0, digits: '', redial: false };
  /** What the last mute key asked for, while the phone has not answered. */
  private muting: boolean | null = null;
  private learning: { settle(result: string | AppError): void } | null = null;

  constructor(deps: PhoneKeysDeps) {
    this.deps = deps;
    const { keys, calls } = deps;
    this.bag.add(keys.onKey((event) => this.pressed(event)));
    this.bag.add(keys.onState(({ connected }) => this.deviceChanged(connected)));
    this.bag.add(calls.onChange(() => this.callsChanged()));
    this.callsChanged();
  }

  get view(): PhoneKeys {
    const { connected, name, problem } = this.deps.keys.state;
    const { lastKey, dialField } = this;
    return {
      connected,
      name,
      lastKey,
      dialField,
      problem: problem && { code: problem.code, details: { ...problem.details } },
    };
  }

  /** Takes the next key for a binding. @throws AppError `keys.missing`, `keys.not-pressed`, `cancelled` */
  learn(onAbort: (listener: () => void) => void): Promise<string> {
    if (!this.deps.keys.state.connected) throw new AppError('keys.missing');
    this.learning?.settle(new AppError('cancelled'));
    return new Promise((resolve, reject) => {
      const timer = this.deps.clock.after(learnWithinMs, () => mine.settle(new AppError('keys.not-pressed')));
      const mine = {
        settle: (result: string | AppError): void => {
          timer.dispose();
          if (this.learning === mine) this.learning = null;
          if (typeof result === 'string') resolve(result);
          else reject(result);
        },
      };
      this.learning = mine;
      onAbort(() => mine.settle(new AppError('cancelled')));
    });
  }

  dispose(): void {
    this.learning?.settle(new AppError('cancelled'));
    this.bag.dispose();
  }

  private pressed(event: KeyEvent): void {
    const name = event.key === 'hook' ? (event.up ? 'hook-up' : 'hook-down') : nameOf(event);
    this.lastKey = { name, at: Math.round(this.deps.clock.now()) };
    if (event.key === 'hook') this.hook.emit();
    if (event.key === 'hook' && !event.up) this.clearField();
    // A hook is never learned: bound to something else, putting down would no longer hang up.
    if (this.learning && event.key !== 'hook') this.learning.settle(name);
    else this.follow(event);
    this.changed.emit(this.view);
  }

  private follow(event: KeyEvent): void {
    const situation = this.deps.calls.situation();
    const muted = this.muting ?? situation.muted;
    const intent = intentOf(event, { ...situation, muted }, this.deps.cutInKey());
    this.carryOut(intent)?.catch((thrown: unknown) => {
      // The window shows what became of the call; a key has nobody to tell.
      this.deps.logger.log('info', 'keys.refused', { intent: intent.do, code: toAppError(thrown).code });
    });
  }

  private carryOut(intent: KeyIntent): Promise<void> | undefined {
    const { calls } = this.deps;
    switch (intent.do) {
      case 'nothing':
        return undefined;
      case 'hang-up':
        return calls.hangUp();
      case 'cut-in':
        return calls.cutIn();
      case 'set-muted':
        return this.mute(intent.muted);
      case 'dtmf':
        return calls.sendDtmf(intent.digit);
      case 'type':
        this.type(intent.digit);
        return undefined;
      case 'recall-number':
        this.putIntoField({ redial: true });
        return undefined;
      case 'answer':
      case 'reject':
      case 'hold':
      case 'resume':
      case 'swap':
        return calls[intent.do]?.();
      default:
        return assertNever(intent);
    }
  }

  private async mute(muted: boolean): Promise<void> {
    this.muting = muted;
    try {
      await this.deps.calls.setMuted(muted);
    } finally {
      if (this.muting === muted) this.muting = null;
    }
  }

  private type(digit: string): void {
    const digits = `${this.dialField.digits}${digit}`;
    if (digits.length <= longestNumber) this.putIntoField({ digits, redial: false });
  }

  private putIntoField(change: Partial<PhoneKeys['dialField']>): void {
    this.dialField = { ...this.dialField, ...change, rev: this.dialField.rev + 1 };
  }

  private deviceChanged(connected: boolean): void {
    if (!connected) this.learning?.settle(new AppError('keys.missing'));
    this.changed.emit(this.view);
  }

  private callsChanged(): void {
    const situation = this.deps.calls.situation();
    this.deps.keys.show(lightsOf(situation));
    // What was typed was for this call: the next one begins with an empty field.
    if (situation.call !== 'none' && this.clearField()) this.changed.emit(this.view);
  }

  private clearField(): boolean {
    const { digits, redial } = this.dialField;
    this.dialField = { ...this.dialField, digits: '', redial: false };
    return digits !== '' || redial;
  }
}
