import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DisposeBag } from '#shared/base/dispose.ts';
import { cloudCall, cloudEmployee } from '#shared/cloud-contract/contract.ts';
import { defaultCallHours, type CallHours } from '#shared/domain/dial-gate.ts';
import type { EngineContext } from './context.ts';
import { createKeyValueStore, type KeyValueStore } from './database/key-value.ts';
import type { WritableDb } from './database/handles.ts';
import { migrations } from './database/migrations/index.ts';
import { openDatabase } from './database/open-database.ts';
import { createDeskPhone, loadProfiles, type LoopbackPhone } from './devices/index.ts';
import { createAgent, type AgentFeature } from './features/agent/index.ts';
import { createCalls, type CallsFeature } from './features/calls/index.ts';
import { createLeads, type LeadsFeature } from './features/leads/index.ts';
import { createOpeners, type OpenersFeature } from './features/openers/index.ts';
import { createPhone, type PhoneFeature } from './features/phone/index.ts';
import { createRecordings, type RecordingsFeature } from './features/recordings/index.ts';
import type { Identity } from './features/session/index.ts';
import type { SettingsService } from './features/settings/index.ts';
import type { MediaHandles } from './media/media-handles.ts';
import { resourcesFolder } from './resources.ts';
import { createOutbox, createSync, type ChangeApplier, type SyncFeature } from './sync/index.ts';
import type { CloudClient } from './sync/cloud-client.ts';

/** Already in phone format: a 16-bit mono WAV at 8 kHz. */
export interface SampleOpener {
  readonly name: string;
  readonly text: string;
  readonly wav: Uint8Array;
}

export interface WorkspaceDeps {
  readonly context: EngineContext;
  readonly media: MediaHandles;
  readonly settings: SettingsService;
  /** The simulated phone, where this desk has it. */
  readonly loopback: LoopbackPhone | null;
  /** In [0, 1). */
  readonly random: () => number;
  readonly sampleOpener: SampleOpener | null;
  /** The cloud has ended the session. */
  readonly onSessionExpired: () => void;
}

/** What exists while somebody is signed in. */
export interface Workspace {
  readonly store: KeyValueStore;
  readonly agent: AgentFeature;
  readonly calls: CallsFeature;
  readonly leads: LeadsFeature;
  readonly openers: OpenersFeature;
  readonly phone: PhoneFeature;
  readonly recordings: RecordingsFeature;
  readonly sync: SyncFeature;
  /** Ends in the opposite order of the making; resolves when every file is closed. */
  close(): Promise<void>;
}

/** The demo's people try things at night too; elsewhere the law's hours hold until the company sets its own. */
const demoHours: CallHours = { startMinute: 0, endMinute: 1440 };

/**
 * Opens one person's database and everything that stands on it.
 * @throws AppError `database.locked`, `database.from-the-future`, `database.damaged`, `disk.full`
 */
export async function openWorkspace(identity: Identity<CloudClient>, deps: WorkspaceDeps): Promise<Workspace> {
  const { settings } = deps;
  mkdirSync(identity.folder, { recursive: true, mode: 0o700 });
  const context: EngineContext = { ...deps.context, dataDir: identity.folder };
  const database = openDatabase(join(identity.folder, 'desk.db'), { migrations, logger: context.logger });
  const bag = new DisposeBag();
  try {
    const store = createKeyValueStore(database.write);
    settings.use({ environment: identity.environment, personal: store });
    const parts = compose(identity, deps, context, database.write, bag);
    await parts.calls.start();
    await parts.recordings.recorder.repair();
    if (identity.environment === 'demo') await giveSampleOpener(parts.openers, store, deps.sampleOpener);
    const close = async (): Promise<void> => {
      bag.dispose();
      deps.media.clear();
      await parts.recordings.recorder.dispose();
      settings.use({ environment: identity.environment, personal: null });
      database.close();
    };
    return { ...parts, store, close };
  } catch (error) {
    bag.dispose();
    database.close();
    throw error;
  }
}

/** Once per person: who deletes it does not want it back. */
async function giveSampleOpener(
  feature: OpenersFeature,
  store: KeyValueStore,
  sample: SampleOpener | null,
): Promise<void> {
  if (!sample || store.get('demo.opener-given') !== undefined) return;
  await feature.openers.addSample(sample.wav, sample.name, sample.text);
  store.set('demo.opener-given', 'yes');
}

type Parts = Omit<Workspace, 'close' | 'store'>;

/** Plain `new` in the order of who leans on whom; the bag ends them the other way round. */
function compose(
  identity: Identity<CloudClient>,
  deps: WorkspaceDeps,
  context: EngineContext,
  db: WritableDb,
  bag: DisposeBag,
): Parts {
  const { settings, media, loopback } = deps;
  const { cloud, employee } = identity;
  const isDemo = identity.environment === 'demo';
  const phone = bag.add(
    createDeskPhone({
      context,
      profiles: loadProfiles(join(resourcesFolder(), 'devices')),
      ...(loopback ? { loopback } : {}),
    }),
  );
  const leads = createLeads({ context, db });
  const fetch = async (id: string): Promise<NodeJS.ReadableStream> => (await cloud.openRecording(id)).stream;
  const recordings = createRecordings({ context, db, media, fetch });
  const choice = {
    current: () => settings.current(),
    choose: (openerId: string | null) => settings.change({ openerId }),
    onChange: (listener: () => void) => settings.onChange(listener),
  };
  const openers = createOpeners({
    context,
    db,
    media,
    choice,
    isPlaying: (id) => calls.inCall() && settings.current().openerId === id,
  });
  const outbox = createOutbox({
    context,
    db,
    readers: { 'call.put': (_db, callId) => calls.cloud.row(callId, recordings.library.forCloud(callId)) },
  });
  const calls: CallsFeature = bag.add(
    createCalls({
      context,
      db,
      phone,
      settings: () => settings.current(),
      employee: () => employee,
      lead: (id) => leads.service.find(id),
      // The simulated phone reaches nobody; whatever else is plugged in does.
      lineIsReal: () => settings.current().phone.kind !== 'demo',
      callHours: () => (isDemo ? demoHours : defaultCallHours),
      recording: recordings.recorder,
      openers: openers.openers,
      enqueueChange: (tx, callId) => outbox.enqueue(tx, { type: 'call.put', entityId: callId }),
      isSynced: (callId) => outbox.confirmed(callId),
      noteLeadCall: (tx, leadId, call) => leads.service.noteCall(tx, leadId, call),
    }),
  );
  bag.add(calls.onChange(() => leads.service.touched()));
  const agent = bag.add(
    createAgent({
      context,
      store: createKeyValueStore(db),
      signedIn: () => true,
      inCall: () => calls.inCall(),
      wrapUpSeconds: () => settings.current().wrapUpSeconds,
    }),
  );
  bag.add(calls.ended.on(({ call }) => agent.callEnded(call.answered !== null)));
  bag.add(calls.onChange(() => agent.update()));
  const phoneFeature = bag.add(
    createPhone({
      phone,
      settings,
      hasDemoPhone: loopback !== null,
      hasLiveCall: () => calls.inCall(),
      slotsToday: () => calls.slotsToday(),
      onCallsChanged: (listener) => calls.onChange(listener),
    }),
  );
  const sync = bag.add(
    createSync({
      context,
      db,
      api: cloud,
      outbox,
      appliers: appliers({ calls, leads, recordings }),
      recordings: recordings.library,
      random: deps.random,
    }),
  );
  bag.add(sync.service.onSessionExpired(deps.onSessionExpired));
  bag.add(recordings.recorder.onReceipt(() => sync.service.wake()));
  return { agent, calls, leads, openers, phone: phoneFeature, recordings, sync };
}

/** Who takes over which rows of the cloud. */
function appliers({ calls, leads, recordings }: Pick<Parts, 'calls' | 'leads' | 'recordings'>): {
  [type: string]: ChangeApplier;
} {
  return {
    lead: {
      apply: (db, changes) => leads.service.applyFromCloud(db, changes),
      applied: () => leads.service.touched(),
    },
    call: {
      apply(db, changes) {
        const unread: string[] = [];
        for (const { id, row } of changes) {
          const parsed = cloudCall.safeParse(row);
          if (row === null) calls.cloud.remove(id);
          else if (!parsed.success) unread.push(id);
          else {
            calls.cloud.upsert(parsed.data);
            const { recording, answeredAt, startedAt } = parsed.data;
            if (recording) recordings.library.takeFromCloud(db, id, answeredAt ?? startedAt, recording);
          }
        }
        return unread;
      },
      applied: () => calls.cloud.touch(),
      keepOnly: (_db, ids) => calls.cloud.keepOnly(ids),
    },
    employee: {
      apply(_db, changes) {
        const unread: string[] = [];
        for (const { id, row } of changes) {
          const parsed = cloudEmployee.safeParse(row);
          if (parsed.success) calls.cloud.putEmployee(parsed.data);
          else if (row !== null) unread.push(id);
        }
        return unread;
      },
      applied: () => calls.cloud.touch(),
    },
  };
}
