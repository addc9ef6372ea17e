import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import type { Faults } from '../faults.ts';
import type { ModemOptions } from '../options.ts';
import type { SimCall } from '../../network/sim-call.ts';
import { CallList } from './call-list.ts';
import { endReports, stateReports } from './call-reports.ts';
import { FileStore } from './file-store.ts';
import type { Radio } from './radio.ts';
import { factorySettings, type Settings } from './settings.ts';
import type { SoundPath } from './sound-path.ts';

/** What a modem needs of the world around it. */
export interface ModemWorld {
  readonly clock: Clock;
  readonly options: ModemOptions;
  readonly faults: Faults;
  readonly imei: string;
  /** Two = DSDS: two cards registered at a time, one of them in a call. */
  readonly stackCount: number;
  /** The network sets up a call to this number, from the card of this stack (0, 1). */
  place(number: string, stack: number): SimCall;
  /** Only where one modem serves five cards. */
  readonly slots: {
    current(stack: number): number;
    select(stack: number, slot: number): void;
    occupied(slot: number): boolean;
  } | null;
}

/** Everything the command handlers work on: settings, card, calls, sound, and the way to tell the host something. */
export class ModemCore {
  readonly world: ModemWorld;
  /** One per SIM stack. */
  readonly radios: readonly Radio[];
  /** The stack (0, 1) that commands concern: AT+JHSIM. */
  stack = 0;
  /** The stack that has the calls; calls of two stacks at a time do not exist. */
  callStack = 0;
  readonly sound: SoundPath;
  readonly calls: CallList;
  readonly files: FileStore;
  settings: Settings;
  /** Cause of the last release (TS 24.008 annex H), for AT+CEER. */
  lastCause: number | null = null;
  /** The call whose ATD is still to be answered: its end is that answer, not an unasked line. */
  settling: SimCall | null = null;
  /** AT+CFUN=1,1. */
  readonly restart: () => void;
  private readonly report: (line: string, stack: number) => void;
  private ringTimer: Disposable | null = null;

  constructor(
    world: ModemWorld,
    parts: {
      radios: readonly Radio[];
      sound: SoundPath;
      report: (line: string, stack: number) => void;
      restart: () => void;
    },
  ) {
    this.files = new FileStore(world.options.fileSpace);
    this.world = world;
    this.calls = new CallList(world.options.packetBearer ? 2 : 1);
    this.radios = parts.radios;
    this.sound = parts.sound;
    this.report = parts.report;
    this.restart = parts.restart;
    this.settings = factorySettings(world.options);
  }

  /** Of the selected stack. */
  get radio(): Radio {
    const radio = this.radios[this.stack];
    if (!radio) throw new Error(`no SIM stack ${this.stack}`);
    return radio;
  }

  level(name: string): number {
    return this.settings.levels.get(name) ?? 0;
  }

  /** Tells the host something unasked; @param stack whose it is, where there are two */
  urc(line: string, stack: number): void {
    this.report(line, stack);
  }

  /** A string as AT+CSCS wants it: UCS2 is hex of UTF-16 (TS 27.007 §5.5), also for numbers. */
  text(value: string): string {
    if (this.settings.charset !== 'UCS2') return `"${value}"`;
    const hex = Array.from({ length: value.length }, (_, i) => value.charCodeAt(i).toString(16).padStart(4, '0')).join(
      '',
    );
    return `"${hex.toUpperCase()}"`;
  }

  number(value: string): string {
    const type = value === '' ? 128 : value.startsWith('+') ? 145 : 129;
    return `${this.text(value)},${type}`;
  }

  /** Takes a call of this stack into the list and follows it to its end. */
  carry(call: SimCall, stack: number): void {
    this.callStack = stack;
    if (this.calls.all.length === 0) this.sound.reset();
    this.calls.add(call);
    call.onChange(() => this.callChanged(call));
    this.callChanged(call);
  }

  /** Local hang-up: the host asked, so it gets no NO CARRIER for it. */
  release(calls: readonly SimCall[], cause = 16): void {
    for (const call of calls) call.end('local', cause);
  }

  /** The network side is gone (restart, card out, no coverage) for this stack. */
  dropAll(cause: number, stack: number = this.callStack): void {
    if (stack !== this.callStack) return;
    for (const { call } of [...this.calls.all]) call.end('network', cause);
  }

  private urcOfCall(line: string): void {
    this.urc(line, this.callStack);
  }

  private callChanged(call: SimCall): void {
    const index = this.calls.indexOf(call);
    const { faults } = this.world;
    const silent = call.state === 'ended' && call.endedBy !== 'local' && faults.on('silent-end');
    if (!silent && !faults.on('no-clcc')) for (const line of stateReports(this, index, call)) this.urcOfCall(line);
    if (call.state === 'ended') this.ended(index, call, silent);
    if (this.calls.ringing?.state === 'incoming') this.ring();
    else {
      this.stopRinging();
      if (this.world.options.ringOn === 'any-change') this.urcOfCall('RING');
    }
    this.sound.update();
  }

  private ended(index: number, call: SimCall, silent: boolean): void {
    const { faults } = this.world;
    this.calls.remove(call);
    if (faults.on('renumber')) this.calls.renumber();
    this.lastCause = call.cause;
    const { noCarrierFor } = this.world.options;
    const told = noCarrierFor === 'all' || (noCarrierFor === 'outbound' && call.direction === 'outbound');
    if (call.endedBy !== 'local' && call !== this.settling && told && !silent) this.urcOfCall(endResult(call));
    if (!silent && !faults.on('no-clcc')) for (const line of endReports(this, index, call)) this.urcOfCall(line);
    if (call.endedBy === 'local' && faults.on('late-no-carrier'))
      this.world.clock.after(faults.amount('late-no-carrier'), () => this.urcOfCall('NO CARRIER'));
    if (this.calls.all.length === 0) this.sound.callsOver();
    const waiting = this.calls.in('waiting')[0];
    if (waiting && !this.calls.active) waiting.state = 'incoming';
  }

  private ring(): void {
    if (this.ringTimer) return;
    const { faults } = this.world;
    const once = (): void => {
      const call = this.calls.in('incoming')[0];
      if (!call) return this.stopRinging();
      this.urcOfCall(this.level('+CRC') === 1 ? '+CRING: VOICE' : 'RING');
      this.tellCaller(call);
      this.ringTimer = this.world.clock.after(faults.amount('ring-storm') || this.world.options.ringEveryMs, once);
      this.autoAnswer(call);
    };
    once();
  }

  private tellCaller(call: SimCall): void {
    const { faults, clock } = this.world;
    if (this.level('+CLIP') !== 1 || faults.on('no-clip')) return;
    const tell = (): void => this.urcOfCall(`+CLIP: ${this.number(call.number)},,,,${call.number === '' ? 1 : 0}`);
    if (faults.on('late-clip')) clock.after(faults.amount('late-clip'), tell);
    else tell();
  }

  /** ATS0=n: answers at the n-th ring. */
  private autoAnswer(call: SimCall): void {
    const rings = this.settings.registers.get(0) ?? 0;
    const heard = Math.floor((this.world.clock.mono() - call.startedAt) / this.world.options.ringEveryMs) + 1;
    if (rings > 0 && heard >= rings) call.answer();
  }

  private stopRinging(): void {
    this.ringTimer?.dispose();
    this.ringTimer = null;
  }
}

/** V.250 §6.3.1: how a call that did not come about ends; after the answer it is always NO CARRIER. */
export function endResult(call: SimCall): 'BUSY' | 'NO ANSWER' | 'NO CARRIER' {
  if (call.answeredAt !== null || call.direction === 'inbound') return 'NO CARRIER';
  if (call.cause === 17) return 'BUSY';
  return call.cause === 18 || call.cause === 19 ? 'NO ANSWER' : 'NO CARRIER';
}

/** `stat` or, with level 2, `stat,"lac","ci",AcT`: the part that answer and URC share (TS 27.007 §7.2, §10.1.22). */
export function registrationFields(core: ModemCore, name: string, radio: Radio = core.radio): string {
  const { registration, registered } = radio;
  return core.level(name) === 2 && registered ? `${registration},"1A2B","01C3D4E5",7` : String(registration);
}
