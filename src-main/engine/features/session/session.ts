import type { AbortSignalLike } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError, toAppError, type ErrorCode } from '#shared/base/errors.ts';
import type { SessionState } from '#shared/desk-contract/areas/session.ts';
import type { EngineContext } from '../../context.ts';
import type { KeyValueStore } from '../../database/key-value.ts';
import { parseCloudAddress } from './cloud-address.ts';
import { connect, personFolder, type Connection } from './connection.ts';
import { renewUntilOver } from './offline-renewal.ts';
import type { ConnectCloud, DemoWorld, Environment, Person, SessionCloud, WorkspaceGate } from './ports.ts';
import type { SecretStore } from './secret-store.ts';
import type { KeyProof } from './key-locks.ts';
import { deskPasswordHash, type PasswordHash } from './password-hash.ts';
import { keepPassword, keepProof, prove } from './proving.ts';
import { asProblem, firstState, nobody, views } from './session-state.ts';

export interface SessionDeps<C extends SessionCloud> {
  readonly context: EngineContext;
  /** Of the desk (database/file-store.ts). */
  readonly store: KeyValueStore;
  readonly secrets: SecretStore;
  /** Another cost, for tests. */
  readonly passwords?: PasswordHash;
  readonly connectCloud: ConnectCloud<C>;
  /** null where this desk has no demo in it. */
  readonly demo: DemoWorld | null;
  readonly workspace: WorkspaceGate<C>;
  /** What the cloud lists this desk as, e.g. the computer's name. */
  readonly deviceName: string;
}

type EnvironmentChoice =
  | { readonly environment: 'demo' }
  | { readonly environment: 'production'; readonly cloudUrl: string };

export interface SessionService {
  readonly state: SessionState;
  onState(listener: (state: SessionState) => void): Disposable;
  /** Goes on where the last run stopped: environment, and the person who was signed in (also without a network). Never rejects. */
  start(): Promise<void>;
  /** @throws AppError as in the contract, `cancelled` */
  chooseEnvironment(choice: EnvironmentChoice, signal: AbortSignalLike): Promise<void>;
  leaveEnvironment(): Promise<void>;
  /** @param newPassword in place of a one-time password */
  signIn(account: string, password: string, newPassword?: string): Promise<void>;
  signOut(): Promise<void>;
  /** The cloud behind the session that is open. @throws AppError `auth.required` */
  signedInCloud(): SessionCloud;
  changePassword(oldPassword: string, newPassword: string): Promise<void>;
  /** Of the person who is signed in, as the cloud has told it with other rows. */
  personChanged(employee: Person['employee']): void;
  /** Their company, likewise. */
  companyChanged(company: Person['company']): void;
  /** The cloud no longer takes this session: the person stays (a call may be running) and is asked to sign in again. */
  expired(): void;
  /** Asks the cloud for nobody any more; settles when what the last sign-in leaves on disk is there. */
  dispose(): Promise<void>;
}

/** Ended by somebody, not by age: whoever sits there now may be anybody. */
const forced: ReadonlySet<ErrorCode> = new Set(['auth.revoked', 'auth.password-changed', 'auth.disabled']);
/** How often a call that holds up the end of a session is looked at. */
const liveCallMs = 1000;

export function createSessionService<C extends SessionCloud>(deps: SessionDeps<C>): SessionService {
  const { context, store, workspace, deviceName } = deps;
  const logger = context.logger.child('session');
  const changed = new Emitter<SessionState>();
  const deviceId = store.get('device.id') ?? context.newId();
  store.set('device.id', deviceId);
  let state = firstState;
  let connection: Connection<C> | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  /** Runs while somebody is in by this desk's word alone. */
  let renewal: Disposable | undefined;
  /** What the last sign-in, or another password, leaves on disk. */
  let keeping: Promise<void> = Promise.resolve();
  /** Why the person has to leave as soon as no call is live. */
  let ending: ErrorCode | null = null;

  function update(patch: Partial<SessionState>): void {
    state = { ...state, ...patch };
    changed.emit(state);
  }

  /** Changes of the session one after the other: two windows may press buttons at the same time. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = queue.then(work);
    queue = result.catch(() => undefined);
    return result;
  }

  function reach(environment: Environment, cloudUrl: string): Promise<Connection<C>> {
    const onSignedOut = (code: ErrorCode, of: Connection<C>): void => {
      logger.log('warn', 'session.ended-by-cloud', { code });
      if (connection !== of) return;
      if (forced.has(code)) endByForce(code);
      else expired();
    };
    const { secrets, connectCloud, passwords = deskPasswordHash } = deps;
    const parts = { context: { ...context, logger }, store, secrets, passwords, connectCloud, deviceId, onSignedOut };
    return connect(environment, cloudUrl, parts);
  }

  async function prepareDemo(signal: AbortSignal): Promise<void> {
    if (!deps.demo) throw new AppError('demo.start-failed', { reason: 'not-in-this-desk' });
    update({ phase: 'preparing', environment: 'demo', preparing: { step: 'cloud', progress: 0 }, problem: null });
    try {
      const onProgress = (step: NonNullable<SessionState['preparing']>['step'], progress: number): void => {
        if (!signal.aborted && state.phase === 'preparing') update({ preparing: { step, progress } });
      };
      const world = await deps.demo.start(onProgress, signal);
      if (signal.aborted) throw new AppError('cancelled');
      await enter(await reach('demo', world.cloudUrl), world.cloudUrl, world.accounts);
    } catch (thrown) {
      if (signal.aborted) throw new AppError('cancelled', {}, thrown);
      const error = thrown instanceof AppError ? thrown : new AppError('demo.start-failed', {}, thrown);
      throw error;
    }
  }

  async function prepareProduction(typed: string, signal: AbortSignal): Promise<void> {
    const cloudUrl = parseCloudAddress(typed);
    const made = await reach('production', cloudUrl);
    await made.cloud.health(signal);
    if (signal.aborted) throw new AppError('cancelled');
    await enter(made, cloudUrl, []);
  }

  /** The environment is ready; whoever was signed in here still is. */
  async function enter(
    made: Connection<C>,
    cloudUrl: string,
    demoAccounts: SessionState['demoAccounts'],
  ): Promise<void> {
    connection = made;
    store.set('environment', made.environment);
    if (made.environment === 'production') store.set('environment.cloudUrl', cloudUrl);
    const lastAccount = made.remembered.lastAccount();
    // Cut off the last time.
    await made.keys.sealPlanned();
    const base = { environment: made.environment, preparing: null, problem: null, cloudUrl, demoAccounts, lastAccount };
    const person = made.remembered.person();
    if (!person) return update({ ...base, phase: 'signed-out' });
    try {
      await openWorkspace(made, person);
    } catch (error) {
      return update({ ...base, phase: 'signed-out', problem: asProblem(error) });
    }
    update({ ...base, phase: 'signed-in', ...views(person) });
    void refreshPerson(made);
  }

  /** Name, role or department may have changed since; without a network what is known goes on. */
  async function refreshPerson(made: Connection<C>): Promise<void> {
    try {
      const person = await made.cloud.me();
      if (connection !== made || state.phase !== 'signed-in' || person.employee.id !== state.employee?.id) return;
      made.remembered.savePerson(person);
      await made.offline.proven(person.employee.account, person);
      update(views(person));
    } catch (error) {
      logger.log('info', 'session.not-refreshed', { problem: describeError(error) });
    }
  }

  async function openWorkspace(
    { environment, key, keys, cloud }: Connection<C>,
    { employee, company }: Person,
  ): Promise<void> {
    if (keys.isSealed(employee.id)) throw new AppError('database.sealed');
    const folder = personFolder(context.dataDir, key, employee.id);
    await workspace.open({ environment, cloud, deviceId, employee, company, folder });
  }

  async function closeWorkspace(): Promise<void> {
    if (state.phase !== 'signed-in') return;
    if (workspace.hasLiveCall()) throw new AppError('call.busy');
    await workspace.close();
  }

  async function signIn(account: string, password: string, newPassword?: string): Promise<void> {
    const here = connection;
    if (!here) throw new AppError('environment.not-chosen');
    const signedIn = state.phase === 'signed-in';
    if (signedIn && state.problem === null) throw new AppError('access.denied', { reason: 'signed-in' });
    if (signedIn && workspace.hasLiveCall() && account !== state.employee?.account) throw new AppError('call.busy');
    const claim = { account, password, newPassword, deviceName, mayBeOffline: !signedIn };
    const { person, until, proof } = await prove(here, claim);
    const same = signedIn && state.employee?.id === person.employee.id;
    if (!same) await changePerson(here, person, proof);
    ending = null;
    here.remembered.savePerson(person);
    here.remembered.saveAccount(account);
    update({ phase: 'signed-in', problem: null, offlineUntil: until, lastAccount: account, ...views(person) });
    if (same) workspace.renewed();
    if (proof) await (keeping = keepProof(here, account, person, proof));
    if (until !== null) renewLater(here, account, password, until);
  }

  /** The password stays in memory until the cloud has been asked: so nobody is asked for it twice. */
  function renewLater(here: Connection<C>, account: string, password: string, until: number): void {
    renewal?.dispose();
    renewal = renewUntilOver(context.clock, async () => {
      // Outside the queue: a network that is silent for long must not hold up whoever presses a button.
      const isThere = await here.cloud.health().then(() => true, () => false); // prettier-ignore
      return inTurn(async () => (isThere && (await renew(here, account, password))) || outOfTime(until));
    });
  }

  async function renew(here: Connection<C>, account: string, password: string): Promise<boolean> {
    if (connection !== here || state.offlineUntil === null) return true;
    try {
      const { person, proof } = await prove(here, { account, password, deviceName, mayBeOffline: false });
      if (person.employee.id !== state.employee?.id) {
        // The account is somebody else's now.
        await here.cloud.signOut();
        throw new AppError('auth.bad-credentials');
      }
      here.remembered.savePerson(person);
      update({ offlineUntil: null, problem: null, ...views(person) });
      workspace.renewed();
      if (proof) await (keeping = keepProof(here, account, person, proof));
      return true;
    } catch (error) {
      const { code } = toAppError(error);
      logger.log('info', 'session.not-renewed', { problem: describeError(error) });
      if (code === 'auth.disabled') return leave(code);
      if (code !== 'auth.bad-credentials' && code !== 'password.change-required') return false;
      // Their password is another one now, or has to be: they are asked for it where they are.
      await here.offline.forget(account);
      update({ offlineUntil: null, problem: { code: 'auth.expired', details: {} } });
      return true;
    }
  }

  async function outOfTime(until: number): Promise<boolean> {
    if (state.offlineUntil === null) return true;
    return context.clock.now() >= until && leave('auth.offline-expired');
  }

  /**
   * Signs out whoever is in, and says why. By force their files are sealed: what the cloud has not got yet waits there for
   * this person's next sign-in. @returns false while a call is live: it is asked again
   */
  async function leave(code: ErrorCode): Promise<boolean> {
    const here = connection;
    const { employee } = state;
    if (!here || !employee || state.phase !== 'signed-in') return true;
    if (workspace.hasLiveCall()) return false;
    renewal?.dispose();
    ending = null;
    const unsent = workspace.unsent();
    const seals = forced.has(code) && (await here.keys.planToSeal(employee.id));
    here.remembered.savePerson(null);
    if (forced.has(code)) await here.offline.forget(employee.account);
    await workspace.close();
    const isSafe = seals && unsent.rows + unsent.recordings > 0;
    update({ ...nobody, problem: { code, details: isSafe ? { ...unsent } : {} } });
    await here.keys.sealPlanned();
    return true;
  }

  /** The cloud has ended the session for a reason that signing in again does not mend by itself. */
  function endByForce(code: ErrorCode): void {
    if (state.phase !== 'signed-in') return;
    ending = code;
    update({ problem: { code, details: {} }, offlineUntil: null });
    const tryNow = async (): Promise<void> => {
      // The same person may have signed in again during their call.
      if (ending !== code || (await inTurn(() => leave(code)))) return;
      context.clock.after(liveCallMs, () => void tryNow());
    };
    tryNow().catch((error: unknown) => logger.log('error', 'session.not-ended', { problem: describeError(error) }));
  }

  async function changePerson(here: Connection<C>, person: Person, proof: KeyProof | null): Promise<void> {
    try {
      await closeWorkspace();
    } catch (error) {
      // A call began while the cloud was asked: the person before stays, the new tokens are not theirs.
      await here.cloud.signOut();
      throw error;
    }
    try {
      if (proof) await here.keys.open(person.employee.id, proof);
      await openWorkspace(here, person);
    } catch (error) {
      await here.cloud.signOut();
      here.remembered.savePerson(null);
      update({ ...nobody, problem: asProblem(error) });
      throw error;
    }
  }

  async function signOut(): Promise<void> {
    if (!connection || state.phase !== 'signed-in') return;
    await closeWorkspace();
    renewal?.dispose();
    connection.remembered.savePerson(null);
    update({ ...nobody, problem: null });
    await connection.cloud.signOut();
  }

  function signedInCloud(): C {
    if (!connection || state.phase !== 'signed-in') throw new AppError('auth.required');
    return connection.cloud;
  }

  async function changePassword(oldPassword: string, newPassword: string): Promise<void> {
    // They stand on the sign-in screen: changed, they would let nobody in.
    if (state.environment === 'demo') throw new AppError('access.denied', { reason: 'demo' });
    await signedInCloud().changePassword(oldPassword, newPassword);
    const person = connection?.remembered.person();
    if (!connection || !person) return;
    await (keeping = keepPassword(connection, person, newPassword));
  }

  function expired(): void {
    // In by the desk's word: the cloud is asked all the time anyway.
    if (state.phase === 'signed-in' && state.offlineUntil === null && ending === null)
      update({ problem: { code: 'auth.expired', details: {} } });
  }

  function personChanged(employee: Person['employee']): void {
    const known = connection?.remembered.person();
    if (!connection || known?.employee.id !== employee.id || state.employee?.id !== employee.id) return;
    const person = { ...known, employee };
    connection.remembered.savePerson(person);
    update(views(person));
  }

  function companyChanged(company: Person['company']): void {
    const known = connection?.remembered.person();
    if (!connection || known?.company.id !== company.id || state.company?.id !== company.id) return;
    const person = { ...known, company };
    connection.remembered.savePerson(person);
    void connection.offline.limit(company);
    update(views(person));
  }

  async function start(): Promise<void> {
    const environment = store.get('environment');
    const cloudUrl = store.get('environment.cloudUrl');
    try {
      if (environment === 'demo') await prepareDemo(new AbortController().signal);
      // The cloud was proven when it was chosen; being offline now must not keep anybody from their data.
      else if (environment === 'production' && cloudUrl) await enter(await reach('production', cloudUrl), cloudUrl, []);
    } catch (error) {
      logger.log('error', 'session.start-failed', { problem: describeError(error) });
      update({ ...firstState, problem: asProblem(error) });
    }
  }

  return {
    get state() {
      return state;
    },
    onState: (listener) => changed.on(listener),
    start: () => inTurn(start),
    chooseEnvironment: (choice, signal) =>
      inTurn(async () => {
        if (state.phase === 'signed-in') throw new AppError('environment.in-use');
        const before = state;
        const cancel = new AbortController();
        if (signal.aborted) throw new AppError('cancelled');
        signal.addEventListener('abort', () => cancel.abort());
        try {
          if (choice.environment === 'demo') await prepareDemo(cancel.signal);
          else await prepareProduction(choice.cloudUrl, cancel.signal);
        } catch (error) {
          const cancelled = cancel.signal.aborted;
          update({ ...before, preparing: null, problem: cancelled ? null : asProblem(error) });
          throw cancelled ? new AppError('cancelled', {}, error) : error;
        }
      }),
    leaveEnvironment: () =>
      inTurn(async () => {
        await signOut();
        connection = null;
        store.remove('environment');
        update(firstState);
      }),
    signIn: (account, password, newPassword) => inTurn(() => signIn(account, password, newPassword)),
    signOut: () => inTurn(signOut),
    signedInCloud,
    personChanged,
    companyChanged,
    changePassword: (oldPassword, newPassword) => inTurn(() => changePassword(oldPassword, newPassword)),
    expired,
    async dispose() {
      renewal?.dispose();
      await Promise.all([keeping, connection?.remembered.written()]);
    },
  };
}
