import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { PhoneConnection, PhoneState } from '#shared/desk-contract/areas/phone.ts';
import type {
  AgentVoice,
  CallChannel,
  ChannelEvent,
  DialRequest,
  IncomingCall,
  OpenCall,
  Stamp,
} from '#shared/domain/call-channel.ts';
import type { EngineContext } from '../../context.ts';
import type { CallRow } from '../at/answers.ts';
import type { DeskPhone, PhoneRules } from '../face.ts';
import type { PhoneProfile } from '../profiles/profile.ts';
import type { SoundCardLink } from '../sound-card/sound-card-link.ts';
import { CallBook } from './call-book.ts';
import { isUnderWay, rowOf } from './call-rows.ts';
import { coalesced } from './coalesced.ts';
import { callsCarriedBy } from './leftover.ts';
import type { MakePorts } from './ports.ts';
import { Modem, type LiveModem, type ModemDeps } from './modem.ts';
import { dialObstacleOf, modemOf, obstacleOf, phoneStateOf, simOf, type PhoneView, type Shape } from './phone-state.ts';
import { enterPin } from './pin-entry.ts';
import type { SimView } from './sim-monitor.ts';
import { testSoundLoop } from './sound-loop.ts';
import { PhoneTrace } from './phone-trace.ts';
import { switchSlot } from './slot-switch.ts';
import { SwitchCounter } from './switch-counter.ts';
import { UssdDesk } from './ussd-desk.ts';

export interface DeskPhoneDeps {
  readonly context: EngineContext;
  readonly profiles: readonly PhoneProfile[];
  readonly rules: PhoneRules;
  readonly makePorts: MakePorts;
  readonly voice: () => AgentVoice | null;
  readonly soundCard: SoundCardLink | null;
}

/** People cannot read faster, and a storm of signal reports must not reach the window (research/hardware case 12). */
const stateEveryMs = 200;
/** How long a start waits for the modems before it gives up the calls that they may carry. */
const adoptWaitMs = 8_000;
const dialable = /^[0-9*#+]{1,40}$/;

/** The desk phone: modems below, one call channel and one state above. Knows shapes, slots and who may dial when. */
export class DeskPhoneDriver implements DeskPhone {
  readonly channel = 'desk-phone';
  readonly trace = new PhoneTrace();
  private readonly deps: DeskPhoneDeps;
  private readonly context: EngineContext;
  private readonly states = new Emitter<PhoneState>();
  private readonly publish: ReturnType<typeof coalesced>;
  private readonly book: CallBook;
  private readonly ussdDesk: UssdDesk;
  private readonly blindPinTries = new Set<string>();
  private readonly remembered = new Map<number, SimView>();
  private readonly provenCards = new Set<string>();
  private readonly dialledCards = new Map<string, string>();
  private parts = new DisposeBag();
  private shape: Shape | null = null;
  private modems: readonly Modem[] = [];
  private activeSlot: number | null = null;
  private switchingTo: number | null = null;
  private setUpProblem: AppError | null = null;
  /** The bring-up whose slot was taken over: later on a switch of ours knows better. */
  private knownLive: LiveModem | null = null;
  private published = '';
  private clip: Int16Array | null = null;

  constructor(deps: DeskPhoneDeps) {
    this.deps = deps;
    this.context = { ...deps.context, logger: deps.context.logger.child('phone') };
    this.book = new CallBook(this.context, (modem) => this.slotOf(modem));
    this.book.onReport(({ callId, event }) => this.learnFrom(callId, event));
    this.ussdDesk = new UssdDesk(deps.context.clock);
    this.publish = coalesced(deps.context.clock, stateEveryMs, () => this.emitState());
  }

  get state(): PhoneState {
    return phoneStateOf(this.view());
  }

  onState(listener: (state: PhoneState) => void): Disposable {
    return this.states.on(listener);
  }

  onEvent(listener: (callId: string, event: ChannelEvent, stamp: Stamp) => void): Disposable {
    return this.book.onReport(({ callId, event, stamp }) => listener(callId, event, stamp));
  }

  onIncoming(listener: (call: IncomingCall) => void): Disposable {
    return this.book.onIncoming(listener);
  }

  connect(connection: PhoneConnection): void {
    this.book.giveUp();
    this.parts.dispose();
    this.parts = new DisposeBag();
    this.remembered.clear();
    this.switchingTo = null;
    const ports = this.deps.makePorts(connection);
    this.setUpProblem = connection.kind !== 'none' && ports.modems.length === 0 ? new AppError('phone.none') : null;
    this.shape = ports.shape;
    this.activeSlot = ports.shape === 'modem-per-sim' ? 1 : null;
    this.modems = ports.modems.map(({ at, pcm }, index) => this.addModem(index, at, pcm));
    for (const modem of this.modems) modem.start();
    this.publish.trigger();
  }

  /** Not while a call runs: it would be lost. */
  reconnect(): void {
    if (this.book.running) return;
    for (const modem of this.modems) modem.reconnect();
  }

  obstacle(slot: number): AppError | null {
    return obstacleOf(this.view(), slot);
  }

  card(slot: number): { readonly iccid: string } | null {
    const { iccid } = simOf(this.view(), slot);
    return iccid === null ? null : { iccid };
  }

  reachesNetwork(): boolean {
    const told = this.modems.map((modem) => modem.simulated).filter((simulated) => simulated !== null);
    return told.length === 0 || told.includes(false);
  }

  async selectSlot(slot: number): Promise<void> {
    const modem = modemOf(this.view(), slot);
    if (!modem) throw new AppError('phone.none', { slot });
    if (slot === this.activeSlot && this.switchingTo === null) return;
    if (this.book.running) throw new AppError('sim.switch-in-call', { slot });
    if (this.shape === 'modem-per-sim') {
      if (modem.sim.condition === 'absent') throw new AppError('sim.absent', { slot });
      this.activeSlot = slot;
      this.publish.trigger();
      return;
    }
    if (!modem.live || this.switchingTo !== null) throw new AppError('phone.not-ready', { slot });
    await this.moveSwitch(modem, slot);
  }

  async enterPin(slot: number, pin: string): Promise<void> {
    const modem = modemOf(this.view(), slot);
    if (!modem) throw new AppError('phone.none', { slot });
    if (!/^\d{4,8}$/.test(pin)) throw new AppError('sim.pin-wrong', { slot });
    if (this.shape === 'mux' && slot !== this.activeSlot) throw new AppError('phone.not-ready', { slot });
    await enterPin(modem, slot, pin, this.blindPinTries);
  }

  async testSound(): ReturnType<DeskPhone['testSound']> {
    if (this.book.running) throw new AppError('call.busy');
    const { clock, logger } = this.context;
    const modem = modemOf(this.view(), this.activeSlot ?? 1);
    if (!modem?.live) throw modem?.problem ?? new AppError('phone.not-ready');
    if (modem.soundProblem) throw modem.soundProblem;
    return testSoundLoop(modem.live, clock, logger);
  }

  /** A call would lose its radio channel's attention, and some makes refuse: not while one runs. */
  async ussd(slot: number, text: string): ReturnType<DeskPhone['ussd']> {
    if (this.book.running) throw new AppError('call.busy');
    const obstacle = this.obstacle(slot);
    if (obstacle) throw obstacle;
    return this.ussdDesk.send(modemOf(this.view(), slot), slot, text);
  }

  async cancelUssd(slot: number): Promise<void> {
    await this.ussdDesk.cancel(modemOf(this.view(), slot));
  }

  async dial(request: DialRequest): Promise<void> {
    const slot = request.slot ?? this.activeSlot ?? 1;
    this.book.mustBeFree();
    const obstacle = dialObstacleOf(this.view(), slot, request.dialString);
    if (obstacle) throw obstacle;
    if (!dialable.test(request.dialString)) throw new AppError('number.invalid');
    const modem = modemOf(this.view(), slot);
    if (!modem?.live) throw new AppError('phone.not-ready', { slot });
    if (modem.sim.iccid !== null) this.dialledCards.set(request.callId, modem.sim.iccid);
    const { callId, dialString, hideNumber = false } = request;
    await this.book.dial({ callId, dialString, hideNumber }, modem, modem.live);
  }

  /** Rejects with `call.gone` when no modem carries it. */
  async hangUp(callId: string): Promise<void> {
    this.book.hangUp(callId);
  }

  async forceEnd(callId: string): Promise<void> {
    await this.book.forceEnd(callId);
  }

  async answer(callId: string): Promise<void> {
    await this.book.answer(callId);
  }

  async reject(callId: string): Promise<void> {
    this.book.hangUp(callId);
  }

  async hold(callId: string): Promise<void> {
    await this.book.hold(callId);
  }

  async resume(callId: string): Promise<void> {
    await this.book.resume(callId);
  }

  /** TS 27.007 §C.2.11; one digit per command is what all makes take. Only the call that is spoken on can hear it. */
  async sendDtmf(callId: string, digit: string): Promise<void> {
    if (!/^[0-9*#A-D]$/.test(digit)) throw new AppError('number.invalid');
    await this.book.inCall(callId, `AT+VTS="${digit}"`, ['active']);
  }

  async setMuted(callId: string, muted: boolean): Promise<void> {
    await this.book.setMuted(callId, muted);
  }

  prepareClip(clip: Int16Array | null): void {
    this.clip = clip;
    for (const modem of this.modems) modem.clips.look();
    this.publish.trigger();
  }

  sound(callId: string): ReturnType<CallChannel['sound']> {
    return this.book.sound(callId);
  }

  async adopt(calls: readonly OpenCall[]): Promise<readonly string[]> {
    const taken: string[] = [];
    const rows = new Map<Modem, readonly CallRow[]>();
    // One for all: whoever signs in waits for this, and a phone that is not there is not there for the second call either.
    const deadline = this.context.clock.mono() + adoptWaitMs;
    for (const call of calls) {
      const one = call.slot === null ? null : modemOf(this.view(), call.slot);
      for (const modem of one ? [one] : this.modems) {
        const carried = rows.get(modem) ?? (await callsCarriedBy(modem, this.context, deadline));
        const row = rowOf(carried, call.direction === 'outbound', call.dialString || null);
        const left = carried.filter((other) => other !== row);
        rows.set(modem, left);
        if (!row || !modem.live) continue;
        this.book.adopt(call, row, modem, modem.live);
        modem.leftover = left.some(isUnderWay);
        taken.push(call.callId);
        break;
      }
    }
    return taken;
  }

  dispose(): void {
    this.publish.dispose();
    this.book.dispose();
    this.parts.dispose();
  }

  private addModem(index: number, makeAt: ModemDeps['makeAt'], makePcm: ModemDeps['makePcm']): Modem {
    const { clock, logger } = this.context;
    const log = logger.child(`modem${index + 1}`);
    const onTrace: ModemDeps['onTrace'] = (entry) =>
      this.trace.add({
        ...entry,
        at: clock.now(),
        modem: index + 1,
        slot: this.shape === 'mux' ? this.activeSlot : index + 1,
      });
    const { profiles, voice, soundCard } = this.deps;
    const clip = (): Int16Array | null => this.clip;
    const modem = new Modem({ clock, logger: log, profiles, makeAt, makePcm, soundCard, onTrace, voice, clip });
    this.parts.add(modem);
    this.parts.add(modem.onChange(() => this.onModemChange(modem)));
    this.parts.add(modem.onUrc((urc) => this.book.hint(modem, urc)));
    this.parts.add(modem.onLost((cause) => this.book.lost(modem, cause)));
    return modem;
  }

  private onModemChange(modem: Modem): void {
    if (this.shape === 'mux' && this.switchingTo === null) {
      if (modem.live && modem.live !== this.knownLive) {
        this.knownLive = modem.live;
        this.activeSlot = modem.live.identity.slot ?? this.activeSlot ?? 1;
      }
      if (this.activeSlot !== null && modem.sim.condition !== 'unknown')
        this.remembered.set(this.activeSlot, modem.sim);
    }
    this.publish.trigger();
  }

  /** A call that rings shows that its card can call. */
  private learnFrom(callId: string, { type }: ChannelEvent): void {
    const iccid = this.dialledCards.get(callId);
    if (iccid !== undefined && (type === 'alerting' || type === 'answered')) this.provenCards.add(iccid);
    if (type === 'ended') this.dialledCards.delete(callId);
  }

  private async moveSwitch(modem: Modem, slot: number): Promise<void> {
    const { clock, logger } = this.context;
    const budget = new SwitchCounter(modem, this.deps.rules, clock);
    budget.check(slot);
    this.switchingTo = slot;
    modem.switching = true;
    this.publish.trigger();
    try {
      await switchSlot(this.activeSlot, slot, { modem, clock, logger, spend: () => budget.spend() });
      if (!modem.disposed) this.activeSlot = slot;
    } finally {
      modem.switching = false;
      // Meanwhile the settings may have named another phone: its state is not this one's.
      if (!modem.disposed) {
        this.switchingTo = null;
        this.onModemChange(modem);
      }
    }
  }

  /** The SIM that a modem's calls go over. */
  private slotOf(modem: Modem): number | null {
    return this.shape === 'mux' ? this.activeSlot : this.modems.indexOf(modem) + 1 || null;
  }

  private emitState(): void {
    const state = this.state;
    const text = JSON.stringify(state);
    if (text === this.published) return;
    this.published = text;
    this.states.emit(state);
  }

  private view(): PhoneView {
    const { shape, modems, activeSlot, switchingTo, remembered, setUpProblem, provenCards } = this;
    const { rules } = this.deps;
    const roamingAllowed = (iccid: string): boolean => rules.roamingAllowed(iccid);
    const behindSwitch = shape === 'mux' ? modems[0] : undefined;
    const left = behindSwitch?.live ? new SwitchCounter(behindSwitch, rules, this.context.clock).budget.left : null;
    const switchesLeft = left !== null && Number.isFinite(left) ? left : null;
    const cards = { remembered, provenCards, roamingAllowed, switchesLeft };
    return { shape, modems, activeSlot, switchingTo, setUpProblem, ...cards };
  }
}
