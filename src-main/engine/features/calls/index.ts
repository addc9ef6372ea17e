import { every } from '#shared/base/clock.ts';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { AppError } from '#shared/base/errors.ts';
import type { CloudCall, CloudCallRecording } from '#shared/cloud-contract/rows.ts';
import type { callsArea } from '#shared/desk-contract/areas/calls.ts';
import type { Settings } from '#shared/desk-contract/areas/settings.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { talkMs } from '#shared/domain/call-machine.ts';
import type { CallRules } from '#shared/domain/call-rules.ts';
import type { NumberListing } from '#shared/domain/dial-gate.ts';
import type { NumberPlace } from '#shared/domain/number-place.ts';
import { cardHistoryMs } from '#shared/domain/sim-governor.ts';
import { RowTouches } from '../../columns/touches.ts';
import type { EngineContext } from '../../context.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { KeyValueStore } from '../../database/key-value.ts';
import type { DeskPhone } from '../../devices/face.ts';
import type { SoundCardLink } from '../../devices/index.ts';
import type { OwnRow } from '../../sync/ports.ts';
import type { CallLists } from './call-lists.ts';
import { CallLookups, type CallSummary } from './call-lookups.ts';
import { forgetsCallees } from './callees.ts';
import type { CallChannel } from '#shared/domain/call-channel.ts';
import type { CallGap } from '#shared/domain/outcome-set.ts';
import type { Channel, EndCause } from '#shared/domain/vocabulary.ts';
import { CallsService, type Employee } from './calls.ts';
import { ownCalls, isOlderInCloud, removeFromCloud, toCloudCall, upsertFromCloud } from './cloud-calls.ts';
import { colleagueIds, learnColleagues, putColleague, removeColleague, type Colleague } from './colleagues.ts';
import { CallCompletion, type CompletionDeps } from './completion.ts';
import { Dialling, type DialWitness, type SipWay } from './dialling.ts';
import type { Headset } from './headset.ts';
import { headsetSources } from './headset-sources.ts';
import { createKeyPort, type CallKeys } from './key-port.ts';
import { Lines } from './lines.ts';
import { LiveCalls } from './live-calls.ts';
import type { SlotUse } from './card-facts.ts';
import { Inbound } from './inbound.ts';
import { MissedCalls } from './missed-calls.ts';
import type {
  CardPort,
  DialCounts,
  EnqueueChange,
  FindLeadByNumber,
  LeadFacts,
  NoteLeadCall,
  OpenerPort,
  RecordingPort,
} from './ports.ts';
import type { CallRow } from './call-row.ts';
import { recoverCalls } from './recovery.ts';
import { TransferRequests } from './transfer-requests.ts';
import { transferHandlers, type TransferCommand } from './transfer-handlers.ts';
import { Transfers } from './transfers.ts';
import { CallRepository } from './repository.ts';
import { batchSound } from './sound-stream.ts';

export { calleeApplier } from './callees.ts';
export { CallLookups, type CallSummary } from './call-lookups.ts';
export { CallListing, type CallLists, type CallPage, type CallScope, type CallWindow } from './call-lists.ts';
export type { CallRow } from './call-row.ts';
export { readCard, type CallColumns } from './table/columns.ts';
export type { CountedCalls } from './table/table.ts';
export type { SlotUse } from './card-facts.ts';
export type {
  CardPort,
  LeadFacts,
  OpenerForCall,
  OpenerPort,
  RecordingMark,
  RecordingPort,
  RecordingStart,
} from './ports.ts';
export type { DialWitness } from './dialling.ts';
export { keptCalls, removeFromCloud, upsertFromCloud } from './cloud-calls.ts';
export { Headset } from './headset.ts';

export interface CallsDeps {
  readonly context: EngineContext;
  readonly db: WritableDb;
  readonly phone: DeskPhone;
  /** SIP, where this desk has it. */
  readonly sip?: { readonly channel: CallChannel & SipWay };
  /** Of the signed-in person. */
  readonly store: KeyValueStore;
  readonly headset: Headset;
  /** How the sound fares where the phone is a sound card of the PC. */
  readonly soundCard?: Pick<SoundCardLink, 'quality'>;
  readonly settings: () => Settings;
  readonly employee: () => Employee | null;
  readonly lead: (leadId: string) => LeadFacts | null;
  readonly leadByNumber: FindLeadByNumber;
  /** Whether people are behind that channel, or that line of it. */
  readonly lineIsReal: (channel: Channel, lineId: string | null) => boolean;
  /** 通话规则 that hold for this person now. */
  readonly rules: () => CallRules;
  /** Why a number is barred by a list of the company's now; null = it is on none. */
  readonly listed: (e164: string) => NumberListing | null;
  readonly cards: CardPort;
  readonly dials: DialCounts;
  /** 归属地 of a number; null = not known. */
  readonly placeOf: (number: string) => NumberPlace | null;
  readonly recording: RecordingPort;
  readonly openers: OpenerPort;
  readonly enqueueChange: EnqueueChange;
  /** Whether the cloud has confirmed everything about this call. */
  readonly isSynced: (callId: string) => boolean;
  readonly noteLeadCall: NoteLeadCall;
  /** Of calls, where they do not hold up the loop. */
  readonly lists: CallLists;
  /** 话后结果 of the company, and the customers whom the person follows. */
  readonly outcomes: CompletionDeps['outcomes'];
  readonly followed: CompletionDeps['followed'];
}

/** `over` false = it is under way; the cause is known when it is over. */
export type CallFate =
  | { readonly over: false }
  | { readonly over: true; readonly answered: boolean; readonly cause: EndCause };

export interface CallsFeature extends Disposable {
  readonly handlers: Handlers<typeof callsArea>;
  readonly sources: Sources<typeof callsArea>;
  /** A call is under way, in whatever state. */
  inCall(): boolean;
  /** 批量外呼: as `calls.dial` dials a lead, by the same gate, with a witness. Rejects as that does. */
  dialLead(
    lead: {
      readonly leadId: string;
      readonly channel: Channel | null;
      readonly slot: number | null;
      readonly lineId: string | null;
    },
    witness: DialWitness,
  ): Promise<{ callId: string }>;
  /** What became of a call of this desk, as its record says; null = there is none. */
  fate(callId: string): CallFate | null;
  /** Of a call that this person may see. @throws AppError `not-found` */
  visible(callId: string): CallRow;
  /** What came of these, by their ids; who has no record is missing. */
  summaries(callIds: readonly string[]): ReadonlyMap<string, CallSummary>;
  /** The live call's id, for keys that mean "this call" (F2, headset). */
  liveCallId(): string | null;
  /** The PBX wants that this call is answered by itself. @param onBreak the person has chosen 小休中 */
  answerAsked(callId: string, onBreak: boolean): void;
  /** For the keys of a handset. */
  readonly keys: CallKeys;
  readonly ended: LiveCalls['ended'];
  /** Any call changed; for what is derived from calls. */
  onChange(listener: () => void): Disposable;
  /** What the call that is being wrapped up still lacks. */
  owed(): CallGap[];
  /** Customers may have changed, or what the company requires: what calls lacked is looked for again. */
  settle(after: 'customers' | 'outcomes'): void;
  /** What the cards in the phone have done today, against their caps. */
  useOfSlots(): readonly SlotUse[];
  /**
   * The cloud's side of calls; each joins the caller's transaction, `touch` afterwards tells the windows. What was made here
   * and the cloud has in an older state than it once took is sent again.
   */
  readonly cloud: {
    row(callId: string, recording: CloudCallRecording | null): ReturnType<typeof toCloudCall>;
    upsert(call: CloudCall): boolean;
    remove(callId: string): void;
    /** Ids of calls made here that the new history lacks, in their order, behind one of them. */
    own(after: string, limit: number): OwnRow[];
    /**
     * Own calls that the cloud does not have: those that it was told of go again, it was restored from a backup. Those that
     * are on their way, or were refused, are not for this to decide.
     */
    sendAgain(callIds: readonly string[]): void;
    putEmployee(employee: Colleague): void;
    removeEmployee(id: string): void;
    /** Where colleagues work, of whom nobody has told it yet. @param ask rejects where the cloud is away */
    learnColleagues(ask: () => Promise<readonly Colleague[]>): Promise<void>;
    knownEmployees(after: string, limit: number): string[];
    touch(): void;
  };
  /** The call's row carries what the cloud must know of its recording. Joins the transaction that seals it. */
  recordingSealed(callId: string): void;
  /** Before the end of the program: nobody is left on a line that an opener has shut. Never rejects. */
  leave(): Promise<void>;
  /** Takes over or closes what a crash left open. Before it resolves no call can be dialled over an open one. */
  start(): Promise<void>;
}

/** @param deps.db of the signed-in person */
export function createCalls(deps: CallsDeps): CallsFeature {
  const { context, db, phone, sip, headset, recording, openers } = deps;
  const bag = new DisposeBag();
  const lines = bag.add(new Lines(sip ? [phone, sip.channel] : [phone]));
  const completion = new CallCompletion(deps);
  const touches = new RowTouches((ids, gone) => deps.lists.refresh(ids, gone));
  const repository = new CallRepository({ ...deps, completion, touches, runId: context.newId() });
  const lookups = new CallLookups(db);
  const live = bag.add(new LiveCalls({ ...deps, lines, repository }));
  const parts = { lines, repository, completion, lookups, live, recording, touches };
  const beyond = { transfers: () => transfers.state(), asked: () => requests.current };
  const service: CallsService = bag.add(new CallsService({ ...deps, ...parts, ...beyond }));
  const missed = new MissedCalls({ ...deps, clock: context.clock, lookups });
  const dialling = new Dialling({ ...deps, lines, repository, lookups, live });
  const transfers = bag.add(new Transfers({ context, lines, repository, live, service, dialling }));
  const requests = bag.add(new TransferRequests({ ...deps, lines, lookups, live, service, dialling }));
  bag.add(live.changed.on(() => live.main && headset.begin(live.main.id)));
  bag.add(lines.onReading((callId, reading) => live.measured(callId, reading)));
  const prepare = (): void => lines.prepareClip(openers.forCall()?.clip() ?? null);
  bag.add(openers.onChange(prepare));
  bag.add(forgetsCallees(db, context));
  const inbound = new Inbound({ ...deps, repository, lookups, live });
  bag.add(lines.onIncoming((call) => inbound.ring(call)));
  bag.add(
    lines.onEvent((callId, event, stamp) => {
      if (!live.get(callId) && event.type === 'ended' && inbound.over(callId)) return;
      live.apply(callId, event, stamp);
    }),
  );
  return {
    handlers: {
      ...createHandlers(service, dialling, missed, speakHandler(deps, live)),
      ...transferHandlers(service, transfers, requests),
    },
    sources: createSources(service, live, { ...deps, lines, missed }),
    inCall: () => live.main !== undefined,
    dialLead: async (lead, witness) =>
      dialling.dial({ ...lead, number: '', hideNumber: false, callerId: null, beside: null }, service.me(), witness),
    fate(callId) {
      const row = repository.get(callId);
      if (!row || live.get(callId)) return row ? { over: false } : null;
      return { over: true, answered: row.answered_at !== null, cause: row.end_cause ?? 'engine-crash' };
    },
    visible: (callId) => service.visibleRow(callId),
    summaries: (callIds) => lookups.summaries(callIds),
    liveCallId: () => live.main?.id ?? null,
    answerAsked: (callId, onBreak) => service.answerAsked(callId, onBreak),
    keys: createKeyPort(service, live),
    ended: live.ended,
    onChange: (listener) => service.changed.on(() => listener()),
    useOfSlots: () => service.useOfSlots(),
    owed: () => service.owed(),
    settle: (after) => service.settle(after),
    cloud: {
      row: (callId, ofRecording) => toCloudCall(db, callId, ofRecording),
      upsert(call) {
        if (isOlderInCloud(db, call) && deps.isSynced(call.id)) deps.enqueueChange(db, call.id);
        const isOther = upsertFromCloud(db, call);
        if (isOther) touches.changed(call.id);
        return isOther;
      },
      remove: (callId) => touches.gone(removeFromCloud(db, callId)),
      own: (after, limit) => ownCalls(db, after, limit),
      sendAgain(callIds) {
        for (const id of callIds) if (deps.isSynced(id)) deps.enqueueChange(db, id);
      },
      putEmployee: (employee) => putColleague(db, employee),
      removeEmployee: (id) => removeColleague(db, id),
      async learnColleagues(ask) {
        if (await learnColleagues(db, ask)) service.touch();
      },
      knownEmployees: (after, limit) => colleagueIds(db, after, limit),
      touch: () => service.touch(),
    },
    recordingSealed: (callId) => repository.touch(callId),
    leave: () => live.leave(),
    async start() {
      deps.dials.takeOver(lookups.dialsSince(context.clock.now() - cardHistoryMs));
      await recoverCalls({ ...deps, lines, logger: context.logger.child('calls'), repository, live });
      inbound.open();
      prepare();
    },
    dispose: () => bag.dispose(),
  };
}

type Speak = CallsFeature['handlers']['calls.speak'];

const speakHandler =
  ({ context, headset }: CallsDeps, live: LiveCalls): Speak =>
  ({ callId, seq, capturedAt, pcm }, { peer }) => {
    if (!live.get(callId)) throw new AppError('call.gone');
    const taken = headset.speak(callId, peer.id, { seq, capturedAt, pcm: Buffer.from(pcm, 'base64') });
    return { at: context.clock.mono(), taken };
  };

function createHandlers(
  service: CallsService,
  dialling: Dialling,
  missed: MissedCalls,
  speak: Speak,
): Omit<CallsFeature['handlers'], TransferCommand> {
  const done = (): null => null;
  return {
    'calls.dial': (input) => dialling.dial({ ...input, beside: null }, service.me()),
    'calls.hangUp': ({ callId }) => {
      service.hangUp(callId);
      return null;
    },
    'calls.forceEnd': ({ callId }) => service.forceEnd(callId).then(done),
    'calls.answer': ({ callId }) => service.answer(callId).then(done),
    'calls.reject': ({ callId }) => {
      service.reject(callId);
      return null;
    },
    'calls.hold': ({ callId }) => service.hold(callId).then(done),
    'calls.resume': ({ callId }) => service.resume(callId).then(done),
    'calls.swap': () => service.swap().then(done),
    'calls.cutIn': ({ callId }) => service.cutIn(callId).then(done),
    'calls.sendDtmf': ({ callId, digit }) => service.sendDtmf(callId, digit).then(done),
    'calls.setMuted': ({ callId, muted }) => service.setMuted(callId, muted).then(done),
    'calls.speak': speak,
    'calls.setOutcome': ({ callId, outcome, outcomeId }) => {
      service.setOutcome(callId, outcome, outcomeId);
      return null;
    },
    'calls.setNote': ({ callId, note }) => {
      service.setNote(callId, note);
      return null;
    },
    'calls.dismiss': ({ callId }) => {
      service.dismiss(callId);
      return null;
    },
    'calls.seeMissed': () => {
      missed.see();
      return null;
    },
    'calls.list': ({ query, offset, limit }) => service.page(query, { offset, limit }),
    'calls.get': ({ id }) => service.get(id),
    'calls.checks': ({ id }) => ({ checks: service.checks(id) }),
    'calls.employees': () => service.employees(),
  };
}

const minuteMs = 60_000;

function createSources(
  service: CallsService,
  live: LiveCalls,
  deps: CallsDeps & { readonly lines: Lines; readonly missed: MissedCalls },
): CallsFeature['sources'] {
  const { context, lines, missed } = deps;
  const { clock } = context;
  return {
    ...headsetSources({ ...deps, live }),
    'calls.current': (_args, sink) => {
      sink.item(service.current());
      return stopper(service.currentChanged.on(() => sink.item(service.current())));
    },
    'calls.changed': (_args, sink) => {
      sink.item({ rev: service.rev });
      return stopper(service.changed.on((rev) => sink.item({ rev })));
    },
    'calls.missed': (_args, sink) => {
      const send = whenOther(() => ({ unseen: missed.unseen() }), sink);
      send();
      return stopper(service.changed.on(send), missed.changed.on(send));
    },
    'calls.today': (_args, sink) => {
      const send = whenOther(() => service.today(), sink);
      send();
      // The minute is for midnight, when the numbers start anew without anything having happened.
      return stopper(service.changed.on(send), every(clock, minuteMs, send));
    },
    'calls.sound': ({ callId }, sink) => {
      let sending: Disposable | null = null;
      const begin = (): void => {
        const call = live.get(callId)?.call;
        const sound = call?.answered ? lines.sound(callId) : null;
        if (sending || !call || !sound) return;
        sending = batchSound(sound, talkMs(call, clock.mono()) ?? 0, (batch) => sink.item(batch));
      };
      begin();
      const subscription = live.changed.on(begin);
      return () => {
        subscription.dispose();
        sending?.dispose();
      };
    },
  };
}

/** Says what `read` gives, but nothing twice in a row. */
function whenOther<T>(read: () => T, sink: { item(value: T): void }): () => void {
  let last = '';
  return () => {
    const value = read();
    const text = JSON.stringify(value);
    if (text !== last) sink.item(value);
    last = text;
  };
}

const stopper =
  (...subscriptions: Disposable[]) =>
  (): void =>
    subscriptions.forEach((subscription) => subscription.dispose());
