import type { Clock } from '#shared/base/clock.ts';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { HidBus, HidDevice, Transport } from '../face.ts';
import { allOff, freshHid, readReport, showLights, type HidState, type KeyEvent, type Lights } from './hid-machine.ts';
import { nobodys, rankOf, type FindHidOwners } from './hid-owners.ts';
import { descriptorOf, matchHidRule, type HidRule } from './hid-rules.ts';
import { parseReportDescriptor } from './report-descriptor.ts';
import { isTelephony, readTelephonyLayout, type TelephonyLayout } from './telephony.ts';

export interface HidKeysOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly bus: HidBus;
  /** From `loadHidRules`; one of them must match any make. */
  readonly rules: readonly HidRule[];
  /** Whose each device is, asked where there are several; absent = nobody's. */
  readonly owners?: FindHidOwners;
}

export interface HidKeysState {
  readonly connected: boolean;
  readonly name: string | null;
  /** Why a device that is there cannot be used; null also where none is there. */
  readonly problem: AppError | null;
}

const pollMs = 2000;
/** A device counts when it is seen twice: some come and go while they start up. */
const confirmMs = 500;
/** Where this system cannot list devices at all, that will hardly change. */
const hopelessMs = 60_000;
const closeWithinMs = 500;

interface Session {
  readonly device: HidDevice;
  readonly transport: Transport;
  readonly layout: TelephonyLayout;
  readonly rule: HidRule;
  readonly bag: DisposeBag;
  hid: HidState;
}

const idle: HidKeysState = { connected: false, name: null, problem: null };

/**
 * The keys and lights of a handset or headset, whichever is plugged in. Opens the first one that can be opened, those of
 * the chosen phone before all others (and instead of another one as soon as they are there), tells what a person does at
 * it, and shows the wanted lights; after a loss it looks again. Knows nothing of calls or phones:
 * losing it loses keys and lights and nothing else (research/hardware case 34).
 */
export class HidKeys implements Disposable {
  private readonly options: HidKeysOptions;
  private readonly states = new Emitter<HidKeysState>();
  private readonly keys = new Emitter<KeyEvent>();
  private current: HidKeysState = idle;
  private session: Session | null = null;
  private wanted: Lights = allOff;
  /** Paths of the last look: what is new waits for the next one. */
  private seen: ReadonlySet<string> = new Set();
  private timer: Disposable | null = null;
  private writing: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(options: HidKeysOptions) {
    this.options = options;
  }

  get state(): HidKeysState {
    return this.current;
  }

  onState(listener: (state: HidKeysState) => void): Disposable {
    return this.states.on(listener);
  }

  onKey(listener: (event: KeyEvent) => void): Disposable {
    return this.keys.on(listener);
  }

  start(): void {
    if (!this.closed && !this.timer) void this.look();
  }

  /** What shall be lit, now and at whatever is plugged in later. */
  show(lights: Lights): void {
    this.wanted = lights;
    const { session } = this;
    if (!session) return;
    const { clock } = this.options;
    const { state, reports } = showLights(session.layout, session.rule.behaviour, session.hid, lights, clock.mono());
    session.hid = state;
    for (const report of reports) this.write(session, report);
  }

  /** All lights off, or a headset goes on ringing without us. Never rejects, and waits no longer than half a second. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.show(allOff);
    this.closed = true;
    this.timer?.dispose();
    const { session } = this;
    await this.shortly(this.writing);
    session?.bag.dispose();
    await session?.transport.close();
    this.session = null;
  }

  dispose(): void {
    void this.close();
  }

  /** One look at what is plugged in; arms the next. */
  private async look(): Promise<void> {
    let nextMs: number;
    try {
      nextMs = await this.follow(await this.options.bus.list());
    } catch (thrown) {
      this.lose('list');
      this.setProblem(toAppError(thrown), null);
      nextMs = hopelessMs;
    }
    if (this.closed) return;
    this.timer?.dispose();
    this.timer = this.options.clock.after(nextMs, () => void this.look());
  }

  /** @returns when to look again, ms */
  private async follow(devices: readonly HidDevice[]): Promise<number> {
    const known = this.seen;
    this.seen = new Set(devices.map(({ path }) => path));
    if (this.session && !this.seen.has(this.session.device.path)) this.lose('gone');
    if (this.closed) return pollMs;
    if (devices.length === 0) this.set(idle);
    const wanted = await this.better(devices);
    let problem: { error: AppError; name: string } | null = null;
    for (const device of wanted.filter(({ path }) => known.has(path))) {
      try {
        await this.open(device);
        return pollMs;
      } catch (thrown) {
        problem ??= { error: toAppError(thrown), name: device.name };
      }
    }
    // Keys of another device go on working meanwhile.
    if (problem && !this.session) this.setProblem(problem.error, problem.name);
    return wanted.some(({ path }) => !known.has(path)) ? confirmMs : pollMs;
  }

  /** What should be open instead of what is, the most wanted first. */
  private async better(devices: readonly HidDevice[]): Promise<readonly HidDevice[]> {
    if (devices.length < 2) return this.session ? [] : devices;
    const owners = await (this.options.owners ?? nobodys)();
    const ranks = new Map(devices.map((device) => [device.path, rankOf(device, owners)]));
    const rank = ({ path }: HidDevice): number => ranks.get(path) ?? Infinity;
    const { session } = this;
    return devices
      .filter((device) => !session || rank(device) < rank(session.device))
      .toSorted((a, b) => rank(a) - rank(b));
  }

  private async open(device: HidDevice): Promise<void> {
    const rule = matchHidRule(this.options.rules, device);
    const bytes = (await device.descriptor()) ?? descriptorOf(rule);
    const parsed = bytes ? parseReportDescriptor(bytes) : null;
    if (!parsed?.ok || !isTelephony(parsed.value)) throw new AppError('keys.unreadable', { name: device.name });
    const layout = readTelephonyLayout(parsed.value);
    if (layout.controls.length === 0) throw new AppError('keys.unreadable', { name: device.name });
    const transport = device.transport();
    const bag = new DisposeBag();
    const session: Session = { device, transport, layout, rule, bag, hid: freshHid };
    // Before the opening: a report may come with it.
    bag.add(transport.onData((report) => this.read(session, report)));
    bag.add(transport.onLost((reason) => this.session === session && this.lose(reason)));
    try {
      await transport.open();
    } catch (thrown) {
      bag.dispose();
      throw thrown;
    }
    if (this.closed) {
      bag.dispose();
      await transport.close();
      return;
    }
    if (this.session) void this.leave(this.session);
    this.session = session;
    this.options.logger.log('info', 'keys.connected', { name: device.name, rule: rule.id });
    this.set({ connected: true, name: device.name, problem: null });
    this.show(this.wanted);
  }

  private read(session: Session, report: Uint8Array): void {
    if (this.closed) return;
    const { layout, rule, hid } = session;
    const { state, events } = readReport(layout, rule.behaviour, hid, report, this.options.clock.mono());
    session.hid = state;
    for (const event of events) this.keys.emit(event);
  }

  /** One behind the other; a light that cannot be written is worth a line in the log and nothing more. */
  private write(session: Session, report: Uint8Array): void {
    this.writing = this.writing
      .then(() => (this.session === session ? session.transport.write(report) : undefined))
      .catch((thrown: unknown) => {
        this.options.logger.log('info', 'keys.light-failed', { code: toAppError(thrown).code });
      });
  }

  /** For a better one: its lights go out, or it goes on ringing without us. Never rejects. */
  private async leave({ device, transport, layout, rule, bag, hid }: Session): Promise<void> {
    bag.dispose();
    this.options.logger.log('info', 'keys.left', { name: device.name });
    const { reports } = showLights(layout, rule.behaviour, hid, allOff, this.options.clock.mono());
    await this.shortly(Promise.allSettled(reports.map((report) => transport.write(report))));
    await transport.close();
  }

  /** When it is done, or half a second later: a device may be gone without having said so. */
  private shortly(work: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const limit = this.options.clock.after(closeWithinMs, resolve);
      void work.then(() => {
        limit.dispose();
        resolve();
      });
    });
  }

  private lose(reason: string): void {
    const { session } = this;
    if (!session) return;
    this.session = null;
    session.bag.dispose();
    void session.transport.close();
    this.options.logger.log('info', 'keys.lost', { name: session.device.name, reason });
    this.set(idle);
  }

  private setProblem(problem: AppError, name: string | null): void {
    if (this.current.problem?.code === problem.code && this.current.name === name) return;
    this.options.logger.log('info', 'keys.problem', { code: problem.code, ...problem.details });
    this.set({ connected: false, name, problem });
  }

  private set(state: HidKeysState): void {
    const { connected, name, problem } = this.current;
    if (connected === state.connected && name === state.name && problem === state.problem) return;
    this.current = state;
    this.states.emit(state);
  }
}
