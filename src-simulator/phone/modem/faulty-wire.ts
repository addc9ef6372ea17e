import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import type { FaultName, Faults } from '../faults.ts';

interface WireDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly faults: Faults;
  readonly modem: { receiveAt(bytes: Uint8Array): void; reboot(): void; say(line: string): void };
  /** Towards the host. */
  readonly emit: (bytes: Uint8Array) => void;
}

const stormTickMs = 20;
const diagnosticsEveryMs = 100;

/** What stands between a modem and its host when something is wrong with the line, the port or the power. */
export class FaultyWire {
  private readonly deps: WireDeps;
  private readonly beats = new Map<FaultName, Disposable>();

  constructor(deps: WireDeps) {
    this.deps = deps;
    deps.faults.onChange((name) => this.changed(name));
  }

  /** Host → modem. */
  receive(bytes: Uint8Array): void {
    const { faults, modem } = this.deps;
    if (faults.on('silent-death') || faults.on('wrong-port') || faults.on('baud-garbage')) return;
    modem.receiveAt(bytes);
  }

  /** Modem → host. */
  send(bytes: Uint8Array): void {
    const { faults, emit } = this.deps;
    if (faults.on('silent-death') || faults.on('wrong-port')) return;
    let out = bytes;
    if (faults.on('baud-garbage')) out = this.noise(bytes.length);
    if (faults.on('nul-bytes')) out = Uint8Array.from([0, ...out]);
    const size = faults.amount('chunks');
    if (size <= 0) return emit(out);
    for (let at = 0; at < out.length; at += size) emit(out.subarray(at, at + size));
  }

  private changed(name: FaultName): void {
    const { faults, modem, emit } = this.deps;
    const amount = faults.amount(name);
    if (name === 'garbage' && amount > 0) emit(this.noise(amount));
    if (name === 'phantom-ring') for (let n = 0; n < amount; n += 1) modem.say('RING');
    if (name === 'wrong-port') this.beat(name, diagnosticsEveryMs, () => emit(this.noise(48)));
    if (name === 'brown-out') this.beat(name, amount, () => modem.reboot());
    if (name === 'urc-storm') this.storm(amount);
  }

  private storm(perSecond: number): void {
    let owed = 0;
    this.beat('urc-storm', stormTickMs, () => {
      owed += (perSecond * stormTickMs) / 1000;
      for (; owed >= 1; owed -= 1) this.deps.modem.say(`+CSQ: ${10 + Math.floor(this.deps.random() * 20)},99`);
    });
  }

  /** Again and again while the fault is on. */
  private beat(name: FaultName, everyMs: number, act: () => void): void {
    this.beats.get(name)?.dispose();
    this.beats.delete(name);
    if (!this.deps.faults.on(name)) return;
    const next = (): void => {
      this.beats.set(
        name,
        this.deps.clock.after(everyMs, () => {
          next();
          act();
        }),
      );
    };
    next();
  }

  /** Never a line end, never a letter: nothing that could pass for an answer. */
  private noise(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => 0x80 | Math.floor(this.deps.random() * 0x80));
  }
}
