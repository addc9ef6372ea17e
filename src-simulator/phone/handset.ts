import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { HidBus, HidDevice, Transport } from '#engine/devices/face.ts';

/** What real handsets and headsets do beside the standard (research/hardware case 34). */
export interface HandsetBehaviour {
  /** Repeats the off-hook light as a hook report, as most headsets do. */
  readonly echo: boolean;
  /** Each press is reported once more after this; null = once. */
  readonly doubleReportMs: number | null;
  /** The hook springs back: 1, then 0 by itself. */
  readonly springsBack: boolean;
  readonly vendorId: number;
  readonly productId: number;
}

const plain: HandsetBehaviour = {
  echo: false,
  doubleReportMs: null,
  springsBack: false,
  vendorId: 0x1209,
  productId: 0x4a48,
};

/** Report 1 of the keys: bits of the first byte, as the descriptor below says. */
const bits = { hook: 0x01, mute: 0x02, flash: 0x04, redial: 0x08, hold: 0x10, drop: 0x20, 'button-1': 0x40, 'button-2': 0x80 } as const; // prettier-ignore
export type HandsetKey = Exclude<keyof typeof bits, 'hook'>;
const lightBits = { 'off-hook': 0x01, ring: 0x02, mute: 0x04, hold: 0x08 } as const;
export type HandsetLight = keyof typeof lightBits;
const digits = '0123456789*#';
const echoAfterMs = 30;

/** The handset of the JH-5: a hook switch, five keys and two buttons, a keypad; lights in output report 1. */
const descriptor = `
  050B 0901 A101 8501 1500 2501 7501 9501 0920 8122
  9505 092F 0921 0924 0923 0926 8106
  0907 A102 0509 1901 2902 9502 8102 C0
  050B 0906 A102 19B0 29BB 1501 250C 7508 9501 8140 C0
  1500 2501 7501 0508 0917 0918 0909 0920 9504 9102 9504 9103 C0`;

/**
 * The phone's handset as a HID device below the parser: the bytes of its reports, no meaning. Not plugged in at first,
 * since nobody has a hand at it until a test or a person does.
 */
export class SimHandset {
  behaviour: HandsetBehaviour;
  readonly name = '演示话机 话筒';
  /** The lights after each output report, newest last. */
  readonly shown: HandsetLight[][] = [];
  private readonly clock: Clock;
  private readonly reports = new Emitter<Uint8Array>();
  private readonly gone = new Emitter<void>();
  private hook = false;
  /** Grows with each plugging in, as a system's names do. */
  private plugging = 0;
  private isPlugged = false;
  private taken = false;

  constructor(clock: Clock, behaviour: Partial<HandsetBehaviour> = {}) {
    this.clock = clock;
    this.behaviour = { ...plain, ...behaviour };
  }

  get lights(): readonly HandsetLight[] {
    return this.shown.at(-1) ?? [];
  }

  plug(): void {
    if (this.isPlugged) return;
    this.isPlugged = true;
    this.plugging += 1;
  }

  unplug(): void {
    if (!this.isPlugged) return;
    this.isPlugged = false;
    this.taken = false;
    this.gone.emit();
  }

  lift(): void {
    this.setHook(true);
  }

  putDown(): void {
    this.setHook(false);
  }

  /** Down and up again, `times` in a burst. */
  press(key: HandsetKey, times = 1): void {
    for (let n = 0; n < times; n += 1) {
      this.report(bits[key]);
      this.report();
    }
    const { doubleReportMs } = this.behaviour;
    if (doubleReportMs === null) return;
    this.clock.after(doubleReportMs, () => {
      this.report(bits[key]);
      this.report();
    });
  }

  /** One key of the keypad. */
  type(digit: string): void {
    this.report(0, digits.indexOf(digit) + 1);
    this.report();
  }

  /** Where the desk finds it. */
  bus(): HidBus {
    return { list: () => Promise.resolve(this.isPlugged ? [this.device()] : []) };
  }

  private device(): HidDevice {
    const { vendorId, productId } = this.behaviour;
    return {
      path: `handset-${this.plugging}`,
      name: this.name,
      vendorId,
      productId,
      descriptor: () => Promise.resolve(Uint8Array.from(Buffer.from(descriptor.replace(/\s+/g, ''), 'hex'))),
      transport: () => this.transport(),
    };
  }

  private setHook(up: boolean): void {
    this.hook = up && !this.behaviour.springsBack;
    this.report(this.behaviour.springsBack ? bits.hook : 0);
    if (this.behaviour.springsBack) this.report();
  }

  private report(keys = 0, digit = 0): void {
    this.reports.emit(Uint8Array.of(1, keys | (this.hook ? bits.hook : 0), digit));
  }

  private receive(report: Uint8Array): void {
    const value = report[1] ?? 0;
    const names = Object.keys(lightBits) as HandsetLight[];
    const before = this.lights.includes('off-hook');
    this.shown.push(names.filter((name) => (value & lightBits[name]) !== 0));
    const after = this.lights.includes('off-hook');
    if (this.behaviour.echo && before !== after)
      this.clock.after(echoAfterMs, () => {
        this.hook = after;
        this.report();
      });
  }

  private transport(): Transport {
    const data = new Emitter<Uint8Array>();
    const lost = new Emitter<string>();
    let open: Disposable[] = [];
    const shut = (): void => {
      open.forEach((one) => one.dispose());
      open = [];
    };
    const lose = (): void => {
      shut();
      lost.emit('unplugged');
    };
    return {
      name: this.name,
      open: async () => {
        if (!this.isPlugged) throw new AppError('keys.missing', { name: this.name });
        if (this.taken) throw new AppError('keys.busy', { name: this.name });
        this.taken = true;
        open = [this.reports.on((report) => data.emit(report)), this.gone.on(lose)];
        // What a device says when it is opened is how it stands.
        queueMicrotask(() => open.length > 0 && this.report());
      },
      write: async (report) => {
        if (open.length === 0) throw new AppError('phone.lost', { port: this.name });
        this.receive(report.slice());
      },
      onData: (listener) => data.on(listener),
      onLost: (listener) => lost.on(listener),
      close: async () => {
        if (open.length > 0) this.taken = false;
        shut();
      },
    };
  }
}
