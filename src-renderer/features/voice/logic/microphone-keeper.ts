import type { Clock } from '#shared/base/clock.ts';
import { disposable, type Disposable } from '#shared/base/dispose.ts';
import { SerialLook } from '#shared/base/serial-look.ts';
import type { Settings } from '#shared/desk-contract/areas/settings.ts';
import { microphoneProblem, type MicrophoneProblem } from './microphone-problem.ts';
import { rankedDevices, type DeviceChoice, type DevicesThere } from './ranked-device.ts';

export type VoiceProcessing = Settings['voiceProcessing'];

export interface MicrophoneChoice {
  /** Names, the most wanted first. */
  readonly names: readonly string[];
  /** The id of the phone's own input, which is no microphone of the agent's. */
  readonly phone: string | null;
  readonly processing: VoiceProcessing;
}

/** A microphone that is open: its light is on until it is closed. */
export interface OpenMicrophone {
  readonly stream: MediaStream;
  /** As the browser names it. */
  readonly label: string;
  /** The device is gone. One listener. */
  onLost(listener: () => void): void;
  close(): void;
}

/** The browser's side of it, which a test plays. */
export interface MicrophoneDevices {
  /** @throws DevicesSilent */
  there(): Promise<DevicesThere>;
  /** @throws DOMException of getUserMedia, DevicesSilent */
  open(device: DeviceChoice, processing: VoiceProcessing): Promise<OpenMicrophone>;
}

export interface MicrophoneView {
  /** Of the one that is open; null = none. */
  readonly label: string | null;
  /** Why none is open although one is wanted. */
  readonly problem: MicrophoneProblem | null;
}

interface KeeperDeps {
  readonly clock: Clock;
  readonly devices: MicrophoneDevices;
  /** Null = not known yet. */
  readonly choice: () => MicrophoneChoice | null;
  readonly changed: (view: MicrophoneView, stream: MediaStream | null) => void;
}

/** As long as one of them is held, the microphone is open. */
export interface MicrophoneLease extends Disposable {
  /** Null = it is open; else it has been tried just now, and this is why it is not. */
  ready(): Promise<MicrophoneProblem | null>;
}

/** What is being used, hands over whatever is opened in its place; null = none just now. */
type OnStream = (stream: MediaStream | null) => void;

interface Kept {
  readonly input: OpenMicrophone;
  /** The id of the device; null = the system's, and it does not say which. */
  readonly id: string | null;
  readonly key: string;
  /** Monotonic ms. */
  readonly openedAt: number;
}

/** Another program has it: nobody tells when it lets go. */
const busyAgainMs = 5_000;
/** One that is lost sooner would be opened and lost without end. */
const aliveMs = 1_000;
/** A device that does not answer keeps nobody longer from another one. */
const patienceMs = 3_000;

/**
 * The agent's microphone, for whoever needs it (SIP calls, the headset of the desk phone, a test in the settings): opens the
 * most wanted one that opens while anybody holds it, and the next one when that is pulled, when another is plugged in or
 * chosen. The new one is handed over before the old one is closed, so that nothing lies between. A `getUserMedia` that comes
 * back too late is closed on the spot: it neither wins over a newer one nor leaves a light on.
 */
export class MicrophoneKeeper implements Disposable {
  private readonly deps: KeeperDeps;
  private readonly holders = new Set<OnStream>();
  private readonly waiting: ((problem: MicrophoneProblem | null) => void)[] = [];
  private readonly looking = new SerialLook((isNewest) => this.lookNow(isNewest));
  private kept: Kept | null = null;
  private again: Disposable | null = null;
  private impatience: Disposable | null = null;
  private giveUp: () => void = () => undefined;

  constructor(deps: KeeperDeps) {
    this.deps = deps;
  }

  /** @param onStream a function of its own */
  hold(onStream: OnStream): MicrophoneLease {
    this.holders.add(onStream);
    if (this.kept) onStream(this.kept.input.stream);
    this.lookUnlessBusy();
    const { dispose } = disposable(() => this.release(onStream));
    return { ready: () => this.ready(), dispose };
  }

  /** Something may have changed: devices, what is wanted of them, the right to use them. */
  readonly look = (): void => {
    if (this.holders.size > 0) this.lookAgain();
  };

  dispose(): void {
    for (const onStream of this.holders) this.release(onStream);
  }

  private ready(): Promise<MicrophoneProblem | null> {
    if (this.kept || this.holders.size === 0) return Promise.resolve(null);
    this.lookUnlessBusy();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** What is being opened just now is as good as anything. */
  private lookUnlessBusy(): void {
    if (!this.looking.busy) this.look();
  }

  private lookAgain(): void {
    if (this.looking.busy) this.impatience ??= this.deps.clock.after(patienceMs, () => this.giveUp());
    this.looking.again();
  }

  private release(onStream: OnStream): void {
    if (!this.holders.delete(onStream)) return;
    onStream(null);
    if (this.holders.size > 0) return;
    this.again?.dispose();
    // What is still being opened is not wanted any more.
    if (this.looking.busy) this.lookAgain();
    this.close();
    this.show(null);
    this.answer(null);
  }

  private async lookNow(isNewest: () => boolean): Promise<void> {
    this.impatience?.dispose();
    this.impatience = null;
    this.again?.dispose();
    const { devices, choice } = this.deps;
    const wanted = choice();
    if (this.holders.size === 0 || !wanted) return;
    const there = await devices.there().catch(() => null);
    if (!isNewest()) return;
    if (!there) {
      this.lookLater();
      return this.settle(this.works(wanted.phone) ?? 'busy');
    }
    const tried = await this.openBest(there, wanted, isNewest);
    if (!tried) return;
    if (typeof tried === 'string') return this.settle(this.works(wanted.phone) ?? tried);
    if (!isNewest()) return tried === this.kept ? undefined : tried.input.close();
    const opened = tried !== this.kept;
    this.settle(tried);
    // Names are told once one is open: only now is it known which was meant.
    if (opened && there.list.length === 0) this.looking.again();
  }

  /** What is open is kept where nothing better opens, unless it has turned out to be the phone's. */
  private works(phone: string | null): Kept | null {
    const { kept } = this;
    return kept && (phone === null || kept.id !== phone) ? kept : null;
  }

  /** @returns null = something newer is wanted meanwhile */
  private async openBest(
    there: DevicesThere,
    { names, phone, processing }: MicrophoneChoice,
    isNewest: () => boolean,
  ): Promise<Kept | MicrophoneProblem | null> {
    let problem: MicrophoneProblem = 'missing';
    for (const device of rankedDevices(there, names, phone)) {
      const id = device === 'system' ? there.system : device.id;
      const key = JSON.stringify([device === 'system', id, processing]);
      if (this.kept?.key === key) return this.kept;
      let input = await this.open(device, processing, isNewest);
      // Some devices are opened once at a time, whatever is wanted of them.
      if (input === 'busy' && this.kept?.id === id) {
        this.close();
        input = await this.open(device, processing, isNewest);
      }
      if (input === null) return null;
      if (typeof input !== 'string') return { input, id, key, openedAt: this.deps.clock.mono() };
      problem = input;
      if (problem === 'denied') break;
      if (problem === 'busy') this.lookLater();
    }
    return problem;
  }

  private async open(
    device: DeviceChoice,
    processing: VoiceProcessing,
    isNewest: () => boolean,
  ): Promise<OpenMicrophone | MicrophoneProblem | null> {
    const unlessLate = (input: OpenMicrophone): OpenMicrophone | null => {
      if (isNewest()) return input;
      input.close();
      return null;
    };
    const opening = this.deps.devices.open(device, processing).then(unlessLate, microphoneProblem);
    const givenUp = new Promise<null>((resolve) => (this.giveUp = () => resolve(null)));
    const first = await Promise.race([opening, givenUp]);
    if (typeof first === 'string') return isNewest() ? first : null;
    return first && unlessLate(first);
  }

  private lookLater(): void {
    this.again?.dispose();
    this.again = this.deps.clock.after(busyAgainMs, this.look);
  }

  private settle(outcome: Kept | MicrophoneProblem): void {
    const problem = typeof outcome === 'string' ? outcome : null;
    if (typeof outcome === 'string') this.close();
    else if (outcome !== this.kept) this.changeOver(outcome);
    this.show(problem);
    this.answer(problem);
  }

  private answer(problem: MicrophoneProblem | null): void {
    for (const answered of this.waiting.splice(0)) answered(problem);
  }

  private changeOver(next: Kept): void {
    const before = this.kept;
    this.kept = next;
    next.input.onLost(() => this.lost(next));
    for (const onStream of this.holders) onStream(next.input.stream);
    before?.input.close();
  }

  private lost(which: Kept): void {
    if (this.kept !== which) return;
    const atOnce = this.deps.clock.mono() - which.openedAt < aliveMs;
    this.close();
    this.show(atOnce ? 'busy' : null);
    if (atOnce) this.lookLater();
    else this.look();
  }

  private close(): void {
    const { kept } = this;
    if (!kept) return;
    this.kept = null;
    for (const onStream of this.holders) onStream(null);
    kept.input.close();
  }

  private show(problem: MicrophoneProblem | null): void {
    this.deps.changed({ label: this.kept?.input.label ?? null, problem }, this.kept?.input.stream ?? null);
  }
}
