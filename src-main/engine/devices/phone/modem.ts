import { every, type Clock } from '#shared/base/clock.ts';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError, toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { AtSession } from '../at/at-session.ts';
import type { Urc } from '../at/urc-router.ts';
import type { Transport } from '../face.ts';
import type { PhoneProfile } from '../profiles/profile.ts';
import { BaudSearch } from './baud-search.ts';
import { bringUp, type ModemIdentity } from './bring-up.ts';
import { ModemCallSound, type SoundProfile } from './call-sound.ts';
import { MuteRescue } from './mute-rescue.ts';
import { PortRetry } from './port-retry.ts';
import { RestartCount } from './restart-count.ts';
import { readSim, unknownSim, type Commands, type SimView } from './sim-monitor.ts';
import { SoundPort } from './sound-port.ts';
import { prepareSound } from './sound-setup.ts';

export interface ModemDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly profiles: readonly PhoneProfile[];
  readonly makeAt: () => Transport;
  readonly makePcm: (() => Transport) | null;
}

/** A modem that can be talked to now. */
export interface LiveModem {
  readonly session: AtSession;
  readonly identity: ModemIdentity;
  /** May come later than the modem. */
  pcm: Transport | null;
}

const refreshMs = 15_000;
/** Reports come in bursts (+CREG, +CEREG, +CPIN …): one look for all. */
const refreshSoonMs = 100;
/** A card that is being started, or a network being searched, changes soon and not always with a report. */
const unsettledRefreshMs = 2_000;

/**
 * One modem from its port up to "can dial": opens, brings up, watches card and network, and comes back by itself after a
 * loss (port-retry.ts says when).
 *
 *   connecting ──brought up──▶ ready ──port lost, mute──▶ lost ──brought up at a later try──▶ ready
 *                                └──restarted (RDY)──▶ connecting (same port; restarts too often: lost, and a rest)
 */
export class Modem implements Disposable {
  state: 'connecting' | 'ready' | 'lost' = 'connecting';
  problem: AppError | null = null;
  live: LiveModem | null = null;
  /** As it last told itself; kept over a loss, since nothing is dialled before it has told anew. Null = never yet. */
  simulated: boolean | null = null;
  sim: SimView = unknownSim;
  /** While true the watch keeps its commands back, so that a cut-in never waits behind them. */
  busy = false;
  /** The modem carries a call that nobody here knows of: left over from before a crash or a pulled cable. */
  leftover = false;
  /** A slot switch is under way: restarts are part of it. */
  switching = false;
  /** The last call's sound is put away: an ATD in between would have its own sound switched off. Never rejects. */
  soundReady: Promise<void> = Promise.resolve();
  /** Nothing happens here any more. */
  disposed = false;
  readonly portName: string;
  private readonly deps: ModemDeps;
  private readonly changes = new Emitter<void>();
  private readonly losses = new Emitter<'device-lost' | 'device-reset'>();
  private readonly urcs = new Emitter<Urc>();
  private readonly watch: Disposable;
  private connection = new DisposeBag();
  private session: AtSession | null = null;
  private at: Transport | null = null;
  /** Counts connections; what an older one still reports does not matter. */
  private attempt = 0;
  private restarts = 0;
  private wasReady = false;
  private lastProfile: PhoneProfile | null = null;
  private readonly rescue = new MuteRescue();
  private readonly baud: BaudSearch;
  private readonly retry: PortRetry;
  private readonly restartCount = new RestartCount();
  private readonly soundPort: SoundPort | null;
  private refreshTimer: Disposable | null = null;
  private refreshing: Promise<void> | null = null;
  /** Raised when what is being read belongs to another card. */
  private cardEpoch = 0;
  private soundLost: AppError | null = null;

  constructor(deps: ModemDeps) {
    this.deps = deps;
    this.portName = deps.makeAt().name;
    this.retry = new PortRetry(deps.clock);
    this.baud = new BaudSearch(deps.logger);
    const { clock, logger, makePcm } = deps;
    this.soundPort = makePcm
      ? new SoundPort({
          clock,
          logger,
          make: makePcm,
          onLost: (error) => this.onSoundLost(error),
          onChance: () => this.tryMissingSound(),
        })
      : null;
    this.watch = every(deps.clock, refreshMs, () => this.refreshIfIdle());
  }

  /** Why calls have neither opener nor recording, although the phone is set up for them; null = they have. */
  get soundProblem(): AppError | null {
    return this.soundPort?.problem ?? null;
  }

  onChange(listener: () => void): Disposable {
    return this.changes.on(listener);
  }

  /** The calls of this modem are over. */
  onLost(listener: (cause: 'device-lost' | 'device-reset') => void): Disposable {
    return this.losses.on(listener);
  }

  onUrc(listener: (urc: Urc) => void): Disposable {
    return this.urcs.on(listener);
  }

  /** Connects now, whatever the retry timer says. Never rejects. */
  start(): void {
    if (this.disposed || this.at) return;
    this.retry.cancel();
    this.changes.emit();
    this.attempt += 1;
    const { attempt } = this;
    this.connect(attempt).catch((error: unknown) => {
      if (attempt === this.attempt) this.drop(toAppError(error));
    });
  }

  /** Drops the connection, working or not, and makes it anew. */
  reconnect(): void {
    this.closePorts('reconnect');
    this.state = 'connecting';
    this.start();
  }

  /** Reads card and network anew; joins a reading that runs. Rejects when the modem is gone. */
  async refresh(): Promise<void> {
    const live = this.live;
    if (!live) throw this.problem ?? new AppError('phone.not-ready');
    if (!this.refreshing) {
      const reading = this.readOnce(live.session, live.identity.profile).finally(() => {
        if (this.refreshing === reading) this.refreshing = null;
      });
      this.refreshing = reading;
    }
    await this.refreshing;
  }

  /** After a slot switch: whatever is known belongs to the card before. */
  forgetSim(): void {
    this.cardEpoch += 1;
    this.refreshing = null;
    this.sim = unknownSim;
    this.changes.emit();
  }

  /** Null when this phone's sound does not come to us. */
  openSound(): ModemCallSound | null {
    const { live, deps } = this;
    const profile = live?.identity.profile.sound;
    if (!live?.pcm || !profile) return null;
    return new ModemCallSound({
      clock: deps.clock,
      logger: deps.logger,
      session: live.session,
      pcm: live.pcm,
      profile,
    });
  }

  /** The call is over: sound ready for the next one, and the card's watch goes on. */
  afterCall(): void {
    const { live } = this;
    this.busy = false;
    if (this.soundLost) return this.drop(this.soundLost);
    const profile = live?.identity.profile.sound;
    if (live?.pcm && profile) this.soundReady = this.makeSoundReady(live.session, profile);
    else if (this.soundProblem) this.tryMissingSound();
  }

  dispose(): void {
    this.disposed = true;
    this.watch.dispose();
    this.retry.dispose();
    this.closePorts('closed');
  }

  private async connect(attempt: number): Promise<void> {
    const at = this.deps.makeAt();
    this.at = at;
    this.connection = new DisposeBag();
    this.connection.add(at.onLost((reason) => this.drop(new AppError('phone.lost', { port: at.name, reason }))));
    await at.open();
    if (attempt !== this.attempt) {
      void at.close();
      return;
    }
    const { clock, logger } = this.deps;
    const session = new AtSession({ transport: at, clock, logger: logger.child('at'), minGapMs: 0 });
    this.session = session;
    this.connection.add(session.onUrc((urc) => this.onReport(urc)));
    this.connection.add(session.onMute(() => this.drop(new AppError('phone.not-answering', { port: at.name }))));
    this.connection.add(await this.baud.begin(at));
    await this.rescue.opened(at, this.lastProfile?.reset ?? null);
    try {
      await this.bringUpUntilStable(session);
    } catch (error) {
      if (toAppError(error).code !== 'phone.not-a-phone' || !(await this.baud.find(at, session))) throw error;
      await this.bringUpUntilStable(session);
    }
  }

  /** A restart in the middle of the bring-up makes it begin again. */
  private async bringUpUntilStable(session: AtSession): Promise<void> {
    for (;;) {
      const restarts = this.restarts;
      try {
        const identity = await bringUp(session, this.deps.profiles, this.deps.logger);
        const pcm = await this.openPcm(session, identity.profile);
        const { sound } = identity.profile;
        if (sound) await prepareSound(session, sound, this.deps.logger, pcm !== null);
        await this.readOnce(session, identity.profile);
        if (this.session !== session) return;
        this.becomeReady({ session, identity, pcm });
        return;
      } catch (error) {
        if (this.session === session && restarts !== this.restarts) continue;
        throw error;
      }
    }
  }

  private becomeReady(live: LiveModem): void {
    this.live = live;
    this.simulated = live.identity.simulated;
    this.leftover = live.identity.carriesCall;
    this.state = 'ready';
    this.problem = null;
    this.retry.succeeded();
    this.wasReady = true;
    this.lastProfile = live.identity.profile;
    this.rescue.noteReady();
    this.deps.logger.log('info', 'modem-ready', { port: this.portName, profile: live.identity.profile.id });
    this.changes.emit();
    this.planNextLook();
    if (this.soundProblem) this.tryMissingSound();
  }

  private async openPcm(session: AtSession, profile: PhoneProfile): Promise<Transport | null> {
    if (!this.soundPort || !profile.sound) return null;
    const pcm = await this.soundPort.open();
    if (this.session === session) return pcm;
    throw new AppError('phone.lost', { port: this.portName });
  }

  /** A call goes on without its sound; before the next one everything is opened anew. */
  private onSoundLost(error: AppError): void {
    this.soundLost = error;
    if (!this.busy) this.drop(error);
  }

  /** In a call it must wait: the sound of a call is chosen at its answer, and a line that works is not to be disturbed. */
  private tryMissingSound(): void {
    const { live } = this;
    const profile = live?.identity.profile;
    if (!live || !profile?.sound || this.busy) return;
    const { sound } = profile;
    this.soundReady = this.openPcm(live.session, profile)
      .then(async (pcm) => {
        live.pcm = pcm;
        this.changes.emit();
        if (pcm) await this.makeSoundReady(live.session, sound);
      })
      .catch((error: unknown) => this.noteFailure(error));
  }

  private makeSoundReady(session: AtSession, profile: SoundProfile): Promise<void> {
    return prepareSound(session, profile, this.deps.logger).catch((error: unknown) => this.noteFailure(error));
  }

  private onReport(urc: Urc): void {
    if (urc.kind === 'restart') this.onRestart(urc.line);
    else if (urc.kind === 'registration' || urc.kind === 'sim') this.refreshSoon(refreshSoonMs);
    this.urcs.emit(urc);
  }

  private onRestart(line: string): void {
    const { session, live } = this;
    this.restarts += 1;
    this.deps.logger.log('warn', 'modem-restarted', { line });
    session?.restart(line);
    const times = this.switching ? null : this.restartCount.note(this.deps.clock.mono());
    this.live = null;
    if (live) this.losses.emit('device-reset');
    if (times !== null) return this.drop(new AppError('phone.restarting', { port: this.portName, times }));
    if (!session || !live) return;
    this.state = 'connecting';
    this.sim = unknownSim;
    this.changes.emit();
    this.bringUpUntilStable(session).catch((error: unknown) => {
      if (this.session === session) this.drop(toAppError(error));
    });
  }

  private drop(error: AppError): void {
    const { at } = this;
    if (this.disposed || !at) return;
    const wasLive = this.live !== null;
    this.rescue.noteDrop(error, this.busy);
    this.closePorts(error.code);
    this.state = this.wasReady ? 'lost' : 'connecting';
    // What spoke AT before is a phone, even if it is mute now.
    const stranger = error.code === 'phone.not-a-phone';
    const code = stranger && this.wasReady ? 'phone.not-answering' : error.code;
    const news = this.problem?.code !== code;
    this.problem = stranger ? new AppError(code, { port: this.portName }, error) : error;
    this.sim = unknownSim;
    this.busy = false;
    const retryInMs = this.retry.plan(error, at, () => this.start());
    // An unplugged phone must not fill the log, one line for each look.
    if (news)
      this.deps.logger.log('warn', 'modem-down', {
        port: this.portName,
        reason: describeError(error),
        retryInMs,
      });
    if (wasLive) this.losses.emit('device-lost');
    this.changes.emit();
  }

  private closePorts(reason: string): void {
    this.attempt += 1;
    const closing = this.at;
    this.live = null;
    this.soundLost = null;
    this.at = null;
    this.soundPort?.close();
    this.refreshTimer?.dispose();
    this.connection.dispose();
    const session = this.session;
    this.session = null;
    session?.close(reason);
    void closing?.close();
  }

  private async readOnce(session: AtSession, profile: PhoneProfile): Promise<void> {
    const epoch = this.cardEpoch;
    // A call that begins meanwhile goes first: what is left of the reading is dropped.
    const idle: Commands = { send: (command) => session.send({ ...command, wanted: () => !this.busy }) };
    const sim = await readSim(idle, profile, this.sim);
    if (this.session !== session || epoch !== this.cardEpoch) return;
    this.sim = sim;
    this.changes.emit();
  }

  private refreshIfIdle(): void {
    const { live } = this;
    if (this.busy || !live) return;
    // A plain AT first: it shows a mute modem in three seconds, where a card query may rightly take ten.
    live.session
      .send({ text: 'AT', priority: 'info' })
      .then(() => this.refresh())
      .then(
        () => this.planNextLook(),
        (error: unknown) => this.noteFailure(error),
      );
  }

  private refreshSoon(ms: number): void {
    this.refreshTimer?.dispose();
    this.refreshTimer = this.deps.clock.after(ms, () => this.refreshIfIdle());
  }

  private planNextLook(): void {
    const { condition } = this.sim;
    if (condition === 'unknown' || condition === 'searching') this.refreshSoon(unsettledRefreshMs);
  }

  /** A lost or mute port is told by its own event; this only leaves a trace. */
  private noteFailure(error: unknown): void {
    this.deps.logger.log('debug', 'query-failed', { reason: describeError(error) });
  }
}
