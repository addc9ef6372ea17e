import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DisposeBag } from '#shared/base/dispose.ts';
import { statusOfBreakAnswer } from '#shared/domain/agent-state.ts';
import { defaultCallRules, everyDay, type CallRules } from '#shared/domain/call-rules.ts';
import type { ShellFacts } from '#main/host.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import type { EngineContext } from './context.ts';
import { createKeyValueStore, type KeyValueStore } from './database/key-value.ts';
import type { WritableDb } from './database/handles.ts';
import { migrations } from './database/migrations/index.ts';
import { openDatabase, type Database } from './database/open-database.ts';
import { createDeskPhone, loadProfiles, SoundCardLink, type DeskPhone, type LoopbackPhone } from './devices/index.ts';
import type { AgentFeature } from './features/agent/index.ts';
import { createCallRules, type CallRulesFeature } from './features/call-rules/index.ts';
import { createCalls, Headset, type CallsFeature } from './features/calls/index.ts';
import { createCapabilityNumbers, type CapabilityNumbersFeature } from './features/capability-numbers/index.ts';
import type { CompanyFeature } from './features/company/index.ts';
import { createDialQueue, type DialQueueFeature } from './features/dial-queue/index.ts';
import type { ExportsFeature } from './features/exports/index.ts';
import type { ImportsFeature } from './features/imports/index.ts';
import { createLeadBulk, type LeadBulkFeature } from './features/lead-bulk/index.ts';
import { createLeads, type LeadsFeature } from './features/leads/index.ts';
import type { NumberChecksFeature } from './features/number-checks/index.ts';
import { createNumberLists, type NumberListsFeature } from './features/number-lists/index.ts';
import { createNumberPlaces, type NumberPlacesFeature } from './features/number-places/index.ts';
import type { OpenersFeature } from './features/openers/index.ts';
import { createOutcomes, type OutcomesFeature } from './features/outcomes/index.ts';
import { createPhoneRules, type PhoneFeature } from './features/phone/index.ts';
import type { PhoneKeysFeature } from './features/phone-keys/index.ts';
import type { RecordingsFeature } from './features/recordings/index.ts';
import type { SelfTestFeature } from './features/self-test/index.ts';
import { createSims, openCardDials, SimRepository, type CardDials, type SimsFeature } from './features/sims/index.ts';
import { createSip, type SipDeps, type SipFeature } from './features/sip/index.ts';
import type { SoundCardFeature } from './features/sound-card/index.ts';
import { createSnippets, type SnippetsFeature } from './features/snippets/index.ts';
import { createStatistics, type StatisticsFeature } from './features/statistics/index.ts';
import type { WorkbenchFeature } from './features/workbench/index.ts';
import type { Identity, SecretStore } from './features/session/index.ts';
import type { SettingsService } from './features/settings/index.ts';
import type { MediaHandles } from './media/media-handles.ts';
import type { CloudCompany, CloudEmployee } from '#shared/cloud-contract/contract.ts';
import { resourcesFolder } from './resources.ts';
import { ListThread } from './list-thread.ts';
import { createGenerations, createOutbox, createSync, type Outbox, type SyncFeature } from './sync/index.ts';
import { workerFile } from './worker-file.ts';
import { createAppliers } from './workspace-appliers.ts';
import { composeAroundCalls } from './workspace-around-calls.ts';
import { createDeedHandlers } from './workspace-deeds.ts';
import { composeExports } from './workspace-exports.ts';
import { composeImports } from './workspace-imports.ts';
import { composeQuestions } from './workspace-questions.ts';
import { composeRecordings } from './workspace-recordings.ts';
import { composeOpeners, giveSampleOpener, type SampleOpener } from './workspace-openers.ts';
import { composeWorkbench } from './workspace-workbench.ts';
import type { CloudClient } from './sync/cloud-client.ts';

export interface WorkspaceDeps {
  readonly context: EngineContext;
  /** Of this program. */
  readonly version: string;
  readonly media: MediaHandles;
  readonly settings: SettingsService;
  /** Small facts of this desk, whoever is signed in. */
  readonly deskStore: KeyValueStore;
  /** Passwords of this desk, whoever is signed in. */
  readonly secrets: SecretStore;
  /** The simulated phone, where this desk has it. */
  readonly loopback: LoopbackPhone | null;
  /** In [0, 1). */
  readonly random: () => number;
  readonly sampleOpener: SampleOpener | null;
  /** Whether F2 also works under another program's window. */
  readonly globalCutIn: () => ShellFacts['globalCutIn'];
  /** Their name, role or department is another one now. */
  readonly onPersonChanged: (employee: CloudEmployee) => void;
  /** Their company has another name, or other days of offline sign-in. */
  readonly onCompanyChanged: (company: CloudCompany) => void;
  /** The cloud has ended the session. */
  readonly onSessionExpired: () => void;
}

/** What exists while somebody is signed in. */
export interface Workspace {
  readonly store: KeyValueStore;
  readonly agent: AgentFeature;
  readonly calls: CallsFeature;
  readonly callRules: CallRulesFeature;
  readonly capabilityNumbers: CapabilityNumbersFeature;
  readonly company: CompanyFeature;
  readonly dialQueue: DialQueueFeature;
  readonly exports: ExportsFeature;
  readonly imports: ImportsFeature;
  readonly leadBulk: LeadBulkFeature;
  readonly leads: LeadsFeature;
  readonly lists: ListThread;
  readonly numberChecks: NumberChecksFeature;
  readonly numberLists: NumberListsFeature;
  readonly numberPlaces: NumberPlacesFeature;
  readonly openers: OpenersFeature;
  readonly outcomes: OutcomesFeature;
  readonly phone: PhoneFeature;
  readonly phoneKeys: PhoneKeysFeature;
  readonly recordings: RecordingsFeature;
  readonly selfTest: SelfTestFeature;
  readonly sims: SimsFeature;
  readonly sip: SipFeature;
  readonly snippets: SnippetsFeature;
  readonly statistics: StatisticsFeature;
  readonly soundCard: SoundCardFeature;
  readonly sync: SyncFeature;
  readonly workbench: WorkbenchFeature;
  /** Ends in the opposite order of the making; resolves when every file is closed. */
  close(): Promise<void>;
}

/** The demo's people try things at night too; elsewhere the law's hours hold until the company sets its own. */
const demoRules: CallRules = { ...defaultCallRules, week: everyDay({ startMinute: 0, endMinute: 1440 }) };

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
  let parts: Parts | null = null;
  const close = async (): Promise<void> => {
    await parts?.calls.leave();
    await parts?.phoneKeys.close();
    bag.dispose();
    deps.media.clear();
    await parts?.recordings.dispose();
    await Promise.all([
      parts?.sync.ended(),
      parts?.lists.ended(),
      parts?.imports.imports.ended(),
      parts?.exports.exports.ended(),
    ]);
    settings.use({ environment: identity.environment, personal: null });
    database.close();
  };
  try {
    const store = createKeyValueStore(database.write);
    settings.use({ environment: identity.environment, personal: store });
    const dials = bag.add(openCardDials(deps.context));
    parts = compose({
      identity,
      person: { now: identity.employee },
      deps,
      context,
      database,
      db: database.write,
      dials,
      bag,
    });
    await parts.calls.start();
    parts.dialQueue.start();
    parts.imports.imports.start();
    parts.leadBulk.bulks.start();
    await parts.recordings.recorder.repair();
    if (identity.environment === 'demo') await giveSampleOpener(parts.openers, store, deps.sampleOpener);
    return { ...parts, store, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const isSame = (a: CloudEmployee, b: CloudEmployee): boolean =>
  a.name === b.name && a.role === b.role && a.departmentName === b.departmentName;

type Parts = Omit<Workspace, 'close' | 'store'>;

/** What every part is made from. */
interface Ground {
  readonly identity: Identity<CloudClient>;
  /** As the cloud has told last. */
  readonly person: { now: CloudEmployee };
  readonly deps: WorkspaceDeps;
  readonly context: EngineContext;
  readonly database: Database;
  readonly db: WritableDb;
  /** Of the desk: cards are counted whoever is signed in. */
  readonly dials: CardDials;
  /** Ends the parts in the opposite order of their making. */
  readonly bag: DisposeBag;
}

/** Plain `new` in the order of who leans on whom. */
function compose(ground: Ground): Parts {
  const { identity, person, deps, context, db, bag } = ground;
  const { settings, media, random } = deps;
  const { cloud } = identity;
  const { profiles, rules, headset, soundCard, phone } = composePhone(ground);
  const refusal = (): number | null =>
    around.agent.onBreak() ? statusOfBreakAnswer[settings.current().callersOnBreak] : null;
  const answerAsked = (callId: string): void => calls.answerAsked(callId, around.agent.onBreak());
  const channels = composeChannels(ground, { refusal, answerAsked });
  const { sip } = channels;
  const sims = bag.add(createSims({ context, db, phone, settings }));
  const outbox = createOutbox({
    context,
    db,
    readers: { 'call.put': (_db, callId) => calls.cloud.row(callId, recordings.library.forCloud(callId)) },
    ...createDeedHandlers(() => ({ exports, imports, leadBulk, leads, numberLists, snippets })),
  });
  const role = (): Role => person.now.role;
  const numberLists = createNumberLists({ context, db, deeds: outbox, role, customersAt: (all) => leads.service.companiesAt(all) }); // prettier-ignore
  const snippets = createSnippets({ context, db, deeds: outbox });
  const outcomes = createOutcomes(context, db);
  const callRules = createCallRules(db, identity.environment === 'demo' ? demoRules : defaultCallRules);
  const lists = bag.add(listThread(ground));
  const leads = bag.add(createLeads({ context, db, deeds: outbox, person: identity.employee, role, lists, barred: (all) => numberLists.lists.barred(all) })); // prettier-ignore
  bag.add(numberLists.lists.onChange(() => leads.service.touched()));
  const leadBulk = bag.add(createLeadBulk({ context, db, leads: leads.service, deeds: outbox }));
  const statistics = createStatistics({ counting: lists, me: identity.employee.id, role });
  const imports = bag.add(composeImports({ ...ground, role, media }, leads, outbox));
  const numberPlaces = bag.add(createNumberPlaces({ context: deps.context, random, ...identity }));
  const exports = bag.add(composeExports(ground, role, lists, numberPlaces, outbox));
  const recordings = composeRecordings(ground, () => calls, (e164) => exports.exports.hides(e164)); // prettier-ignore
  const openers = bag.add(composeOpeners({ context, db, media, settings, callRules, cloud, random, calls: () => calls })); // prettier-ignore
  const made = { callRules, exports, imports, leadBulk, leads, numberLists, numberPlaces, openers, outcomes, recordings, snippets }; // prettier-ignore
  const calls: CallsFeature = composeCalls(ground, { ...made, phone, soundCard, sip, sims, headset, outbox, lists });
  const clockOffMs = (): number | null => sync.service.state.clockOffMs;
  const around = composeAroundCalls(ground, { phone, soundCard, sims, calls, rules, profiles, clockOffMs });
  bag.add(around.agent.follow((view) => sip.agentIs(view)));
  const queueDeps = { agent: around.agent, lead: leads.service.find, leads: leads.service, choosing: lists };
  const dialQueue = bag.add(createDialQueue({ context, db, calls, ...queueDeps }));
  const me = { id: identity.employee.id, changed: personChanged(ground) };
  const told = { me, companyChanged: deps.onCompanyChanged };
  const sync = composeSync(ground, { ...made, ...channels, ...told, calls, outbox });
  void openers.company.start();
  bag.add(calls.onChange(() => leads.service.touched()));
  bag.add(leads.service.onChange(() => calls.settle('customers')));
  bag.add(made.outcomes.outcomes.onChange(() => calls.settle('outcomes')));
  const questions = composeQuestions({ ...ground, media }, leads);
  const workbench = bag.add(composeWorkbench(context, { ...around, leads, lists, calls, dialQueue, sync, role }));
  return { ...around, ...made, ...channels, ...questions, calls, dialQueue, lists, sims, statistics, sync, workbench };
}

/** The phone on the desk, its sound, and what its cards may do. */
function composePhone({ deps, context, db, bag }: Ground) {
  const { settings, loopback, deskStore } = deps;
  const { clock, logger } = context;
  const profiles = loadProfiles(join(resourcesFolder(), 'devices'));
  const rules = createPhoneRules({ clock, logger: logger.child('phone'), deskStore, cards: new SimRepository(db) });
  const headset = new Headset(context);
  const voice = (): Headset | null => (settings.current().voiceRoute === 'headset' ? headset : null);
  const soundCard = bag.add(new SoundCardLink({ clock, logger: logger.child('sound-card') }));
  const phone = bag.add(
    createDeskPhone({ context, profiles, rules, voice, soundCard, ...(loopback ? { loopback } : {}) }),
  );
  return { profiles, rules, headset, soundCard, phone };
}

/** Their name, role or department is another one now. */
const personChanged =
  ({ person, deps }: Ground) =>
  (employee: CloudEmployee): void => {
    if (isSame(person.now, employee)) return;
    person.now = employee;
    deps.onPersonChanged(employee);
  };

const listThread = ({ identity, database, context }: Ground): ListThread =>
  new ListThread({
    path: database.path,
    me: identity.employee.id,
    file: workerFile(import.meta.url, 'list-worker'),
    logger: context.logger,
  });

/** What people call by besides the phone. */
function composeChannels(
  { identity, deps, context, db, bag }: Ground,
  asked: Pick<SipDeps, 'refusal' | 'answerAsked'>,
): Pick<Parts, 'sip' | 'capabilityNumbers'> {
  const owner = `${identity.environment}:${identity.employee.id}`;
  const store = createKeyValueStore(db);
  const sip = createSip({ context, db, store, cloud: identity.cloud, secrets: deps.secrets, owner, ...asked });
  return { sip: bag.add(sip), capabilityNumbers: createCapabilityNumbers(db) };
}

function composeSync(
  { identity, deps, context, database, bag }: Ground,
  parts: Parameters<typeof createAppliers>[0] & { readonly outbox: Outbox },
): SyncFeature {
  const { recordings, outbox } = parts;
  const file = workerFile(import.meta.url, 'generation-worker');
  const sync = bag.add(
    createSync({
      context,
      database,
      api: identity.cloud,
      outbox,
      generations: createGenerations({ database, file, logger: context.logger }),
      appliers: createAppliers(parts),
      recordings: recordings.library,
      random: deps.random,
    }),
  );
  bag.add(sync.service.onSessionExpired(deps.onSessionExpired));
  bag.add(recordings.recorder.onReceipt(() => sync.service.wake()));
  return sync;
}

function composeCalls(
  { identity, person, deps, context, db, dials, bag }: Ground,
  parts: Pick<
    Parts,
    | 'sims'
    | 'sip'
    | 'leads'
    | 'lists'
    | 'recordings'
    | 'openers'
    | 'numberLists'
    | 'numberPlaces'
    | 'callRules'
    | 'outcomes'
  > & {
    phone: DeskPhone;
    soundCard: SoundCardLink;
    headset: Headset;
    outbox: Outbox;
  },
): CallsFeature {
  const { settings } = deps;
  const { phone, soundCard, sims, sip, headset, leads, recordings, openers, outbox } = parts;
  const calls = bag.add(
    createCalls({
      context,
      db,
      store: createKeyValueStore(db),
      phone,
      soundCard,
      sip,
      headset,
      settings: () => settings.current(),
      employee: () => person.now,
      lead: (id) => leads.service.find(id),
      leadByNumber: (e164) => leads.service.findByPhone(e164),
      // A simulated phone reaches nobody, in this process or at a port; whatever else is plugged in does.
      lineIsReal: (channel, lineId) =>
        channel === 'sip'
          ? sip.reachesNetwork(lineId)
          : settings.current().phone.kind !== 'demo' && phone.reachesNetwork(),
      rules: () => parts.callRules.rules.current(),
      listed: (e164) => parts.numberLists.lists.listed(e164),
      cards: sims,
      dials,
      placeOf: (number) => parts.numberPlaces.placeOf(number),
      recording: recordings.recorder,
      openers: openers.openers,
      enqueueChange: (tx, callId) => outbox.enqueue(tx, { type: 'call.put', entityId: callId }),
      isSynced: (callId) => outbox.confirmed(callId),
      lists: parts.lists.calls,
      noteLeadCall: (tx, leadId, call) => leads.service.noteCall(tx, leadId, call),
      outcomes: () => parts.outcomes.outcomes.current(),
      followed: (id) => leads.service.followed(id),
    }),
  );
  bag.add(parts.numberPlaces.onChange(() => calls.cloud.touch()));
  const leaving = new AbortController();
  bag.add({ dispose: () => leaving.abort() });
  // A cloud that is away is asked at the next start.
  calls.cloud.learnColleagues(() => identity.cloud.employees(leaving.signal)).catch(() => undefined);
  return calls;
}
