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
import { Modem, type ModemDeps } from './modem.ts';
import { dialObstacleOf, obstacleOf, phoneStateOf, simOf, type PhoneView } from './phone-state.ts';
import { enterPin } from './pin-entry.ts';
import { SlotBoard } from './slot-board.ts';
import { readSlot, switchSlot } from './slot-switch.ts';
import { testSoundLoop } from './sound-loop.ts';
import { PhoneTrace } from './phone-trace.ts';
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
  /** A mobile network takes a transfer (GSM 02.91) from hardly any SIM, and says so to none. */
  readonly transfers = null;
  readonly trace = new PhoneTrace();
  private readonly deps: DeskPhoneDeps;
  private readonly context: EngineContext;
  private readonly states = new Emitter<PhoneState>();
  private readonly publish: ReturnType<typeof coalesced>;
  private readonly book: CallBook;
  private readonly ussdDesk: UssdDesk;
  private readonly blindPinTries = new Set<string>();
  private readonly provenCards = new Set<string>();
  private readonly dialledCards = new Map<string, string>();
  private parts = new DisposeBag();
  private modems: readonly Modem[] = [];
  private board = new SlotBoard(null, []);
  private setUpProblem: AppError | null = null;
  private published = '';
  private clip: Int16Array | null = null;

  constructor(deps: DeskPhoneDeps) {
    this.deps = deps;
    this.context = { ...deps.context, logger: deps.context.logger.child('phone') };
    this.book = new CallBook(this.context, (modem, stack) => this.board.slotOf(modem, stack));
    this.book.onReport(({ callId, event }) => this.learnFrom(callId, event));
    this.book.onIncoming(({ slot }) => this.ringsAt(slot));
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
    const ports = this.deps.makePorts(connection);
    this.setUpProblem = connection.kind !== 'none' && ports.modems.length === 0 ? new AppError('phone.none') : null;
    const stacks = ports.shape === 'dsds' ? 2 : 1;
    this.modems = ports.modems.map(({ at, pcm }, index) => this.addModem(index, { stacks, makeAt: at, makePcm: pcm }));
    this.board = new SlotBoard(ports.shape, this.modems);
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
    const { board } = this;
    const modem = board.modemOf(slot);
    if (!modem) throw new AppError('phone.none', { slot });
    if (slot === board.activeSlot && !board.change) return;
    if (this.book.running) throw new AppError('sim.switch-in-call', { slot });
    if (board.change) throw new AppError('phone.not-ready', { slot, reason: 'switching' });
    const holder = board.holderOf(slot);
    if (!holder) return this.bringCard(slot);
    if (modem.sim(holder.stack).condition === 'absent') throw new AppError('sim.absent', { slot });
    board.choose(slot);
    this.publish.trigger();
  }

  async enterPin(slot: number, pin: string): Promise<void> {
    if (!this.board.modemOf(slot)) throw new AppError('phone.none', { slot });
    if (!/^\d{4,8}$/.test(pin)) throw new AppError('sim.pin-wrong', { slot });
    const holder = this.board.holderOf(slot);
    if (!holder) throw new AppError('phone.not-ready', { slot });
    await enterPin(holder, slot, pin, this.blindPinTries);
  }

  async testSound(): ReturnType<DeskPhone['testSound']> {
    if (this.book.running) throw new AppError('call.busy');
    const { clock, logger } = this.context;
    const modem = this.board.modemOf(this.board.activeSlot ?? 1);
    if (!modem?.live) throw modem?.problem ?? new AppError('phone.not-ready');
    if (modem.sound.problem) throw modem.sound.problem;
    return testSoundLoop(modem.live, clock, logger);
  }

  /** A call would lose its radio channel's attention, and some makes refuse: not while one runs. */
  async ussd(slot: number, text: string): ReturnType<DeskPhone['ussd']> {
    if (this.book.running) throw new AppError('call.busy');
    const obstacle = this.obstacle(slot);
    if (obstacle) throw obstacle;
    return this.ussdDesk.send(this.board.holderOf(slot), slot, text);
  }

  async cancelUssd(slot: number): Promise<void> {
    await this.ussdDesk.cancel(this.board.holderOf(slot));
  }

  async dial(request: DialRequest): Promise<void> {
    const slot = request.slot ?? this.board.activeSlot ?? 1;
    this.book.mustBeFree();
    const obstacle = dialObstacleOf(this.view(), slot, request.dialString);
    if (obstacle) throw obstacle;
    if (!dialable.test(request.dialString)) throw new AppError('number.invalid');
    const holder = this.board.holderOf(slot);
    if (!holder?.modem.live) throw new AppError('phone.not-ready', { slot });
    const { modem, stack } = holder;
    const { iccid } = modem.sim(stack);
    if (iccid !== null) this.dialledCards.set(request.callId, iccid);
    this.board.use(slot);
    const { callId, dialString, hideNumber = false, mayLeave } = request;
    const select = stack.select(holder.modem.live.identity.profile);
    try {
      const order = { callId, dialString, hideNumber, slot, select, ...(mayLeave ? { mayLeave } : {}) };
      await this.book.dial(order, modem, holder.modem.live);
    } finally {
      this.publish.trigger();
    }
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
    for (const modem of this.modems) modem.sound.clips.look();
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
      const one = call.slot === null ? null : this.board.modemOf(call.slot);
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

  private addModem(index: number, own: Pick<ModemDeps, 'stacks' | 'makeAt' | 'makePcm'>): Modem {
    const { clock, logger } = this.context;
    const log = logger.child(`modem${index + 1}`);
    const onTrace: ModemDeps['onTrace'] = (entry) => {
      const slot = own.stacks === 1 ? this.board.slotOf(modem, 1) : null;
      this.trace.add({ ...entry, at: clock.now(), modem: index + 1, slot });
    };
    const { profiles, voice, soundCard } = this.deps;
    const clip = (): Int16Array | null => this.clip;
    const modem: Modem = new Modem({ ...own, clock, logger: log, profiles, soundCard, onTrace, voice, clip });
    this.parts.add(modem);
    this.parts.add(modem.onChange(() => this.onModemChange(modem)));
    this.parts.add(modem.onUrc((urc) => this.book.hint(modem, urc)));
    this.parts.add(modem.onLost((cause) => this.book.lost(modem, cause)));
    return modem;
  }

  private onModemChange(modem: Modem): void {
    this.board.follow(modem);
    this.publish.trigger();
  }

  private ringsAt(slot: number | null): void {
    if (slot !== null) this.board.use(slot);
    this.publish.trigger();
  }

  /** A call that rings shows that its card can call. */
  private learnFrom(callId: string, { type }: ChannelEvent): void {
    const iccid = this.dialledCards.get(callId);
    if (iccid !== undefined && (type === 'alerting' || type === 'answered')) this.provenCards.add(iccid);
    if (type === 'ended') this.dialledCards.delete(callId);
    this.publish.trigger();
  }

  private async bringCard(slot: number): Promise<void> {
    const { board } = this;
    const { clock, logger } = this.context;
    const modem = board.behindSwitch;
    if (!modem?.live) throw new AppError('phone.not-ready', { slot });
    const budget = new SwitchCounter(modem, this.deps.rules, clock);
    budget.check(slot);
    const change = board.begin(modem, slot);
    const { holder } = change;
    modem.switching = true;
    this.publish.trigger();
    try {
      await switchSlot(change.from, slot, { holder, clock, logger, spend: () => budget.spend() });
      board.arrived(change);
    } catch (error) {
      board.failed(change, await readSlot(holder).catch(() => null));
      throw error;
    } finally {
      modem.switching = false;
      // Meanwhile the settings may have named another phone: then this board is nobody's any more.
      if (board === this.board) this.onModemChange(modem);
    }
  }

  private emitState(): void {
    const state = this.state;
    const text = JSON.stringify(state);
    if (text === this.published) return;
    this.published = text;
    this.states.emit(state);
  }

  private view(): PhoneView {
    const { modems, board, setUpProblem, provenCards, book } = this;
    const { rules } = this.deps;
    const roamingAllowed = (iccid: string): boolean => rules.roamingAllowed(iccid);
    const { behindSwitch } = board;
    const left = behindSwitch?.live ? new SwitchCounter(behindSwitch, rules, this.context.clock).budget.left : null;
    const switchesLeft = left !== null && Number.isFinite(left) ? left : null;
    const cards = { provenCards, roamingAllowed, switchesLeft };
    return { modems, board, slotsInCall: book.slots, setUpProblem, ...cards };
  }
}
