import { every } from '#shared/base/clock.ts';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import type { Emitter } from '#shared/base/emitter.ts';
import type { CloudCall, CloudCallRecording } from '#shared/cloud-contract/rows.ts';
import type { callsArea } from '#shared/desk-contract/areas/calls.ts';
import type { Settings } from '#shared/desk-contract/areas/settings.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { talkMs, type EndedCall } from '#shared/domain/call-machine.ts';
import type { CallHours } from '#shared/domain/dial-gate.ts';
import type { EngineContext } from '../../context.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { DeskPhone } from '../../devices/face.ts';
import { CallList } from './call-list.ts';
import { CallsService, type Employee } from './calls.ts';
import { keepOnlyFromCloud, removeFromCloud, toCloudCall, upsertFromCloud } from './cloud-calls.ts';
import { Dialling } from './dialling.ts';
import { createKeyPort, type CallKeys } from './key-port.ts';
import { LiveCalls } from './live-calls.ts';
import type { EnqueueChange, LeadFacts, NoteLeadCall, OpenerPort, RecordingPort } from './ports.ts';
import { recoverCalls } from './recovery.ts';
import { CallRepository } from './repository.ts';
import { batchSound } from './sound-stream.ts';

export type { LeadFacts, OpenerForCall, OpenerPort, RecordingMark, RecordingPort, RecordingStart } from './ports.ts';

export interface CallsDeps {
  readonly context: EngineContext;
  readonly db: WritableDb;
  readonly phone: DeskPhone;
  readonly settings: () => Settings;
  readonly employee: () => Employee | null;
  readonly lead: (leadId: string) => LeadFacts | null;
  readonly lineIsReal: () => boolean;
  readonly callHours: () => CallHours;
  readonly recording: RecordingPort;
  readonly openers: OpenerPort;
  readonly enqueueChange: EnqueueChange;
  /** Whether the cloud has confirmed everything about this call. */
  readonly isSynced: (callId: string) => boolean;
  readonly noteLeadCall: NoteLeadCall;
}

export interface CallsFeature extends Disposable {
  readonly handlers: Handlers<typeof callsArea>;
  readonly sources: Sources<typeof callsArea>;
  /** A call is under way, in whatever state. */
  inCall(): boolean;
  /** The live call's id, for keys that mean "this call" (F2, headset). */
  liveCallId(): string | null;
  /** For the keys of a handset. */
  readonly keys: CallKeys;
  readonly ended: Emitter<{ readonly callId: string; readonly call: EndedCall }>;
  /** Any call changed; for what is derived from calls. */
  onChange(listener: () => void): Disposable;
  slotsToday(): { slot: number; dials: number; talkMs: number }[];
  /** The cloud's side of calls; each joins the caller's transaction, `touch` afterwards tells the windows. */
  readonly cloud: {
    row(callId: string, recording: CloudCallRecording | null): ReturnType<typeof toCloudCall>;
    upsert(call: CloudCall): boolean;
    remove(callId: string): void;
    keepOnly(callIds: ReadonlySet<string>): void;
    putEmployee(employee: { readonly id: string; readonly name: string }): void;
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
  const { context, db, phone, recording } = deps;
  const bag = new DisposeBag();
  const repository = new CallRepository({ ...deps, runId: context.newId() });
  const list = new CallList(db);
  const live = bag.add(new LiveCalls({ ...deps, repository }));
  const service = bag.add(new CallsService({ ...deps, repository, list, live, recording }));
  const dialling = new Dialling({ ...deps, repository, list, live });
  bag.add(phone.onEvent((callId, event, stamp) => live.apply(callId, event, stamp)));
  return {
    handlers: createHandlers(service, dialling),
    sources: createSources(service, live, deps),
    inCall: () => live.newest !== undefined,
    liveCallId: () => live.newest?.id ?? null,
    keys: createKeyPort(service, live),
    ended: live.ended,
    onChange: (listener) => service.changed.on(() => listener()),
    slotsToday: () => service.slotsToday(),
    cloud: {
      row: (callId, ofRecording) => toCloudCall(db, callId, ofRecording),
      upsert: (call) => upsertFromCloud(db, call),
      remove: (callId) => removeFromCloud(db, callId),
      keepOnly: (callIds) => keepOnlyFromCloud(db, callIds),
      putEmployee: (employee) => repository.putEmployee(employee),
      touch: () => service.touch(),
    },
    recordingSealed: (callId) => repository.touch(callId),
    leave: () => live.leave(),
    start: () => recoverCalls({ ...deps, logger: context.logger.child('calls'), repository, live }),
    dispose: () => bag.dispose(),
  };
}

function createHandlers(service: CallsService, dialling: Dialling): CallsFeature['handlers'] {
  const done = (): null => null;
  return {
    'calls.dial': (input) => dialling.dial(input, service.me()),
    'calls.hangUp': ({ callId }) => {
      service.hangUp(callId);
      return null;
    },
    'calls.cutIn': ({ callId }) => service.cutIn(callId).then(done),
    'calls.sendDtmf': ({ callId, digit }) => service.sendDtmf(callId, digit).then(done),
    'calls.setMuted': ({ callId, muted }) => service.setMuted(callId, muted).then(done),
    'calls.setOutcome': ({ callId, outcome }) => {
      service.setOutcome(callId, outcome);
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
    'calls.list': ({ query, offset, limit }) => service.page(query, { offset, limit }),
    'calls.get': ({ id }) => service.get(id),
    'calls.employees': () => service.employees(),
  };
}

const minuteMs = 60_000;

function createSources(service: CallsService, live: LiveCalls, { context, phone }: CallsDeps): CallsFeature['sources'] {
  const { clock } = context;
  return {
    'calls.current': (_args, sink) => {
      sink.item(service.current());
      return stopper(service.currentChanged.on(() => sink.item(service.current())));
    },
    'calls.changed': (_args, sink) => {
      sink.item({ rev: service.rev });
      return stopper(service.changed.on((rev) => sink.item({ rev })));
    },
    'calls.today': (_args, sink) => {
      let last = '';
      const send = (): void => {
        const numbers = service.today();
        const text = JSON.stringify(numbers);
        if (text !== last) sink.item(numbers);
        last = text;
      };
      send();
      // The minute is for midnight, when the numbers start anew without anything having happened.
      return stopper(service.changed.on(send), every(clock, minuteMs, send));
    },
    'calls.sound': ({ callId }, sink) => {
      let sending: Disposable | null = null;
      const begin = (): void => {
        const call = live.get(callId)?.call;
        const sound = call?.answered ? phone.sound(callId) : null;
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

const stopper =
  (...subscriptions: Disposable[]) =>
  (): void =>
    subscriptions.forEach((subscription) => subscription.dispose());
