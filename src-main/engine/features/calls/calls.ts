import { every } from '#shared/base/clock.ts';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type {
  CallQuery,
  CallView,
  CurrentCall,
  TransferAskedView,
  TransferState,
} from '#shared/desk-contract/areas/calls.ts';
import type { Settings } from '#shared/desk-contract/areas/settings.ts';
import { answersItself } from '#shared/domain/auto-answer.ts';
import { talkMs, waitMs } from '#shared/domain/call-machine.ts';
import { dialChecks, type DialCheck } from '#shared/domain/dial-evidence.ts';
import type { CallGap } from '#shared/domain/outcome-set.ts';
import { beijingDay } from '#shared/domain/sim-governor.ts';
import type { NumberPlace } from '#shared/domain/number-place.ts';
import type { CallState, Outcome, Role } from '#shared/domain/vocabulary.ts';
import type { RowTouches } from '#engine/columns/touches.ts';
import type { EngineContext } from '#engine/context.ts';
import type { DeskPhone } from '#engine/devices/face.ts';
import type { CallLists, CallScope, CallWindow } from './call-lists.ts';
import type { CallEmployee, CallLookups } from './call-lookups.ts';
import { courseOf, type CallRow } from './call-row.ts';
import { toView } from './call-view.ts';
import { missingOf, type CallCompletion } from './completion.ts';
import type { Headset } from './headset.ts';
import type { Lines } from './lines.ts';
import type { LiveCall, LiveCalls } from './live-calls.ts';
import { useOfSlots, type SlotUse } from './card-facts.ts';
import type { CardPort, DialCounts, RecordingPort } from './ports.ts';
import type { CallRepository } from './repository.ts';

/** Who is signed in, as far as calls care. */
export interface Employee {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

export interface CallsServiceDeps {
  readonly context: EngineContext;
  readonly phone: DeskPhone;
  readonly lines: Lines;
  readonly headset: Headset;
  readonly repository: CallRepository;
  readonly completion: CallCompletion;
  readonly lookups: CallLookups;
  readonly lists: Pick<CallLists, 'page'>;
  readonly touches: Pick<RowTouches, 'tell'>;
  readonly live: LiveCalls;
  readonly recording: RecordingPort;
  readonly cards: CardPort;
  readonly dials: DialCounts;
  readonly employee: () => Employee | null;
  readonly settings: () => Settings;
  readonly isSynced: (callId: string) => boolean;
  readonly placeOf: (number: string) => NumberPlace | null;
  readonly transfers: () => TransferState | null;
  readonly asked: () => TransferAskedView | null;
}

/** The opener's bar moves at most this often: five times a second. */
const openerTickMs = 200;

const isOnItsWay = (state: CallState): boolean =>
  state === 'placing' || state === 'dialing' || state === 'alerting' || state === 'in-progress';
const rings = ({ call: { state } }: LiveCall): boolean => state === 'incoming' || state === 'waiting';

/** What people do with calls and see of them. */
export class CallsService implements Disposable {
  /** Something in the list changed; the value is the area's revision. */
  readonly changed = new Emitter<number>();
  /** The call in the dock changed, or there is another one. */
  readonly currentChanged = new Emitter<void>();
  private readonly deps: CallsServiceDeps;
  private readonly bag = new DisposeBag();
  private revision = 1;
  /** The call in the dock: the live one, or the last one until it is dismissed. */
  private shownId: string | null = null;
  /** It was in the dock, and lacks something, when another one took its place. */
  private putOffId: string | null = null;
  private ticker: Disposable | null = null;

  constructor(deps: CallsServiceDeps) {
    this.deps = deps;
    this.bag.add(deps.live.changed.on((callId) => this.callChanged(callId)));
    this.bag.add(deps.recording.onReceipt((callId) => this.callChanged(callId)));
  }

  get rev(): number {
    return this.revision;
  }

  /** The signed-in employee. @throws AppError `auth.required` */
  me(): Employee {
    const employee = this.deps.employee();
    if (!employee) throw new AppError('auth.required');
    return employee;
  }

  hangUp(callId: string): void {
    this.deps.live.hangUp(this.liveCall(callId));
  }

  /** The phone does not let go of the call: it is restarted, whatever else is on that modem. */
  async forceEnd(callId: string): Promise<void> {
    this.liveCall(callId);
    await this.deps.lines.ask('forceEnd', callId);
  }

  async cutIn(callId: string): Promise<void> {
    await this.deps.live.cutIn(this.liveCall(callId));
  }

  /** Takes a call that came in; one that is spoken is held for it. */
  async answer(callId: string): Promise<void> {
    const live = this.liveCall(callId);
    if (!rings(live)) throw new AppError('call.gone');
    await this.deps.live.answer(live);
  }

  /**
   * The PBX wants that this call, which rings, is taken by nobody's hand: done where the rule and the moment allow it, else
   * it rings on. What the channel refuses is told where every answer that fails is.
   * @param onBreak the person has chosen 小休中
   */
  answerAsked(callId: string, onBreak: boolean): void {
    const { live, settings } = this.deps;
    const call = live.get(callId);
    const inCall = live.all.some(({ id }) => id !== callId);
    if (!call || !rings(call) || !answersItself({ rule: settings().autoAnswer, asked: true, inCall, onBreak })) return;
    call.autoAnswered = true;
    live.answer(call).catch(() => (call.autoAnswered = false));
  }

  reject(callId: string): void {
    const live = this.liveCall(callId);
    if (!rings(live)) throw new AppError('call.gone');
    this.deps.live.apply(callId, { type: 'reject' });
  }

  async hold(callId: string): Promise<void> {
    this.callIn(callId, ['active']);
    await this.deps.live.quiet(null);
    await this.deps.lines.ask('hold', callId);
  }

  async resume(callId: string): Promise<void> {
    this.callIn(callId, ['held']);
    // Whoever is being called would be answered into a conversation with somebody else.
    if (this.deps.live.all.some(({ call: { state } }) => isOnItsWay(state))) throw new AppError('call.not-connected');
    await this.deps.live.quiet(null);
    await this.deps.lines.ask('resume', callId);
  }

  /** The held call is taken up, the spoken one held. */
  async swap(): Promise<void> {
    const held = this.deps.live.all.find(({ call }) => call.state === 'held');
    if (!held) throw new AppError('call.gone');
    await this.resume(held.id);
  }

  /** Into the call that is spoken: a held one cannot hear it. */
  async sendDtmf(callId: string, digit: string): Promise<void> {
    this.callIn(callId, ['active']);
    await this.deps.lines.sendDtmf(callId, digit);
  }

  async setMuted(callId: string, muted: boolean): Promise<void> {
    const live = this.callIn(callId, ['active', 'held']);
    const { lines, headset } = this.deps;
    // Where the engine mixes what the customer hears, the microphone is shut here.
    if (lines.sound(callId)?.uplink && lines.sound(callId)?.route === 'headset') headset.muted = muted;
    else await lines.setMuted(callId, muted);
    live.muted = muted;
    this.deps.live.changed.emit(callId);
  }

  /** @throws AppError `not-found` also for an outcome that may not be chosen */
  setOutcome(callId: string, outcome: Outcome | null, outcomeId: string | null): void {
    const row = this.ownCall(callId);
    const { completion, repository } = this.deps;
    const chosen = completion.chosen(row, outcome, outcomeId);
    const missing = completion.gaps({ ...row, outcome, outcome_id: chosen.outcomeId });
    repository.setOutcome(callId, chosen, missing);
    this.callChanged(callId);
  }

  setNote(callId: string, note: string): void {
    const row = this.ownCall(callId);
    this.deps.repository.setNote(callId, note, this.deps.completion.afterNote(row, note));
    this.callChanged(callId);
  }

  /** Customers may have changed, or what the company requires: what calls lacked may be there, or wanted no more. */
  settle(after: 'customers' | 'outcomes'): void {
    const { repository, completion } = this.deps;
    const me = this.deps.employee();
    for (const row of me ? repository.incomplete(me.id, after) : []) {
      const left = completion.left(row);
      if (left.length === missingOf(row).length) continue;
      repository.setMissing(row.id, left);
      this.callChanged(row.id);
    }
  }

  /** What the call in the dock still lacks: while it does, its 话后处理 is not over. Empty while it runs. */
  owed(): CallGap[] {
    return this.lacks(this.inHand());
  }

  /** This one in the dock, as long as no other is live. */
  show(callId: string): void {
    if (this.deps.live.main) return;
    this.shownId = callId;
    this.currentChanged.emit();
  }

  /** Clears the dock; a call that still runs stays in it. @throws AppError `call.incomplete` */
  dismiss(callId: string): void {
    if (this.shownId !== callId || this.deps.live.get(callId)) return;
    const missing = this.owed();
    if (missing.length > 0) throw new AppError('call.incomplete', { missing });
    this.shownId = null;
    this.currentChanged.emit();
  }

  async page(query: CallQuery, window: CallWindow): Promise<{ rows: CallView[]; total: number }> {
    const { rows, total } = await this.deps.lists.page(query, this.scope(), window);
    return { rows: rows.map((row) => this.view(row)), total };
  }

  /** @throws AppError `not-found` also for a call that this person may not see */
  visibleRow(callId: string): CallRow {
    const row = this.deps.repository.get(callId);
    const scope = this.scope();
    if (!row || (scope !== null && row.employee_id !== scope)) throw new AppError('not-found');
    return row;
  }

  /** As `visibleRow`. */
  get(callId: string): CallView {
    return this.view(this.visibleRow(callId));
  }

  /** 拨号前检查, for whoever may see the call. */
  checks(callId: string): DialCheck[] {
    return dialChecks(this.deps.repository.evidence(this.visibleRow(callId).id));
  }

  employees(): CallEmployee[] {
    return this.deps.lookups.employees(this.scope());
  }

  current(): CurrentCall {
    const { clock } = this.deps.context;
    const now = Math.round(clock.now());
    const row = this.shownId === null ? undefined : this.deps.repository.get(this.shownId);
    const beyond = { transfers: this.deps.transfers(), asked: this.deps.asked() };
    if (!row) return { call: null, other: null, ...beyond, now, waitMs: 0, talkMs: 0 };
    const other = this.deps.live.all.findLast(({ id }) => id !== row.id);
    const beside = other && this.deps.repository.get(other.id);
    const running = this.deps.live.get(row.id)?.call;
    return {
      call: this.view(row),
      other: beside ? this.view(beside) : null,
      ...beyond,
      now,
      waitMs: (running ? waitMs(running, clock.mono()) : row.wait_ms) ?? 0,
      talkMs: (running ? talkMs(running, clock.mono()) : row.talk_ms) ?? 0,
    };
  }

  /** The signed-in person's numbers since midnight in Beijing. */
  today(): { dials: number; connects: number; talkMs: number } {
    const employee = this.deps.employee();
    if (!employee) return { dials: 0, connects: 0, talkMs: 0 };
    return this.deps.lookups.totals(employee.id, beijingDay(this.deps.context.clock.now()));
  }

  /** What the cards in the phone have done today, against their caps. */
  useOfSlots(): SlotUse[] {
    return useOfSlots(this.deps);
  }

  /** Rows came from the cloud, or it confirmed some of ours: the windows look again. */
  touch(): void {
    this.news();
    this.currentChanged.emit();
  }

  dispose(): void {
    this.ticker?.dispose();
    this.bag.dispose();
  }

  private callChanged(callId: string): void {
    const { live } = this.deps;
    // One that has just ended stays until it is dismissed, unless another is spoken or rings.
    const inHand = this.inHand();
    if (!live.main) this.putOffId = null;
    else if (inHand !== this.shownId && this.lacks(this.shownId).length > 0) this.putOffId = this.shownId;
    this.shownId = inHand;
    this.tickWhilePlaying();
    this.news();
    if (this.shownId === callId || live.main) this.currentChanged.emit();
  }

  /** Lists know of it before the windows do. */
  private news(): void {
    this.deps.touches.tell();
    this.revision += 1;
    this.changed.emit(this.revision);
  }

  /** A call that came in and was not taken gives the dock back to the one that was being wrapped up. */
  private inHand(): string | null {
    const { putOffId, shownId } = this;
    const main = this.deps.live.main?.id;
    if (main !== undefined || putOffId === null || shownId === null) return main ?? shownId;
    const rang = this.deps.repository.get(shownId);
    return rang?.direction === 'inbound' && rang.answered_at === null && rang.state === 'ended' ? putOffId : shownId;
  }

  private lacks(callId: string | null): CallGap[] {
    const row = callId === null ? undefined : this.deps.repository.get(callId);
    return row?.state === 'ended' && row.employee_id === this.deps.employee()?.id ? missingOf(row) : [];
  }

  /** By the running call, whichever call changed: the last one's recording may be uploaded while an opener plays. */
  private tickWhilePlaying(): void {
    const playing = this.deps.live.all.some(({ opener }) => opener?.playing === true);
    if (playing) this.ticker ??= every(this.deps.context.clock, openerTickMs, () => this.currentChanged.emit());
    else {
      this.ticker?.dispose();
      this.ticker = null;
    }
  }

  private view(row: CallRow): CallView {
    const over = this.deps.live.unwrittenEnd(row.id);
    const live = this.deps.live.get(row.id) ?? over;
    return toView(over ? { ...row, ...courseOf(over.call) } : row, {
      muted: live?.muted ?? false,
      autoAnswered: live?.autoAnswered ?? false,
      stuck: live?.call.state === 'ending' && live.call.stuck,
      opener: live?.opener?.facts ?? null,
      recording: this.deps.recording.receipt(row.id),
      synced: this.deps.isSynced(row.id),
      place: this.deps.placeOf(row.number),
    });
  }

  private liveCall(callId: string): LiveCall {
    const live = this.deps.live.get(callId);
    if (!live) throw new AppError('call.gone');
    return live;
  }

  private callIn(callId: string, states: readonly CallState[]): LiveCall {
    const live = this.liveCall(callId);
    if (!states.includes(live.call.state)) throw new AppError('call.not-connected');
    return live;
  }

  /** An agent sees own calls; manager and admin see what the cloud gave this desk (product.md, roles). */
  private scope(): CallScope {
    const me = this.me();
    return me.role === 'agent' ? me.id : null;
  }

  /** Outcome and note belong to whoever made the call. */
  private ownCall(callId: string): CallRow {
    const row = this.visibleRow(callId);
    if (row.employee_id !== this.me().id) throw new AppError('access.denied');
    return row;
  }
}
