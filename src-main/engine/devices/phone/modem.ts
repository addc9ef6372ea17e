import { every, type Clock } from '#shared/base/clock.ts';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError, toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { AgentVoice, CallSound } from '#shared/domain/call-channel.ts';
import { AtSession } from '../at/at-session.ts';
import type { RawLogEntry } from '../at/raw-log.ts';
import type { Urc } from '../at/urc-router.ts';
import type { Transport } from '../face.ts';
import type { PhoneProfile } from '../profiles/profile.ts';
import { bringUp, type ModemIdentity } from './bring-up.ts';
import { openCallSound, pcmFor } from './open-sound.ts';
import { readSim, unknownSim, type Commands, type SimView } from './sim-monitor.ts';
import { prepareSound } from './sound-setup.ts';

export interface ModemDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly profiles: readonly PhoneProfile[];
  readonly makeAt: () => Transport;
  readonly makePcm: (() => Transport) | null;
  /** Every line at the control port, and what becomes of the port itself. */
  readonly onTrace: (entry: RawLogEntry) => void;
  /** The headset that the next call's agent speaks into; null = the phone's handset. */
  readonly voice: () => AgentVoice | null;
}

/** A modem that can be talked to now. */
export interface LiveModem {
  readonly session: AtSession;
  readonly identity: ModemIdentity;
  readonly pcm: Transport | null;
}

const retryDelaysMs = [2_000, 4_000, 8_000, 16_000, 30_000];
/** A port that is not there is looked for at a steady pace: that costs nothing, and whoever plugs the phone in waits for it. */
const missingRetryMs = 2_000;
const refreshMs = 15_000;
/** Reports come in bursts (+CREG, +CEREG, +CPIN …): one look for all. */
const refreshSoonMs = 100;
/** A card that is being started, or a network being searched, changes soon and not always with a report. */
const unsettledRefreshMs = 2_000;

/**
 * One modem from its port up to "can dial": opens, brings up, watches card and network, and comes back by itself after a
 * loss (2, 4, 8, 16, 30 s; every 2 s while the port is missing).
 *
 *   connecting ──brought up──▶ ready ──port lost, mute──▶ lost ──brought up at a later try──▶ ready
 *                                └──restarted (RDY)──▶ connecting (same port)
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
  /** Nothing happens here any more. */
  disposed = false;
  readonly portName: string;
  /** Control before sound. */
  readonly portNames: readonly string[];
  private readonly deps: ModemDeps;
  private readonly changes = new Emitter<void>();
  private readonly losses = new Emitter<'device-lost' | 'device-reset'>();
  private readonly urcs = new Emitter<Urc>();
  private readonly watch: Disposable;
  private connection = new DisposeBag();
  private session: AtSession | null = null;
  private transports: Transport[] = [];
  /** Counts connections; what an older one still reports does not matter. */
  private attempt = 0;
  private failures = 0;
  private restarts = 0;
  private wasReady = false;
  private retry: Disposable | null = null;
  private refreshTimer: Disposable | null = null;
  private refreshAt = 0;
  private refreshing: Promise<void> | null = null;
  /** Raised when what is being read belongs to another card. */
  private cardEpoch = 0;
  private soundLost: AppError | null = null;
  /** The last call's sound is put away: an ATD in between would have its own sound switched off. Never rejects. */
  private preparing: Promise<void> = Promise.resolve();
  /** Whose voice the modem's sound was made ready for; it stays so until the call is over. */
  private voice: AgentVoice | null = null;

  constructor(deps: ModemDeps) {
    this.deps = deps;
    this.portName = deps.makeAt().name;
    this.portNames = [this.portName, ...(deps.makePcm ? [deps.makePcm().name] : [])];
    this.watch = every(deps.clock, refreshMs, () => this.refreshIfIdle());
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
    if (this.disposed || this.session || this.transports.length > 0) return;
    this.retry?.dispose();
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

  /** Before a call: its sound is ready, for the microphone that was chosen meanwhile. Never rejects. */
  async readySound(): Promise<void> {
    await this.preparing;
    const { live } = this;
    if (!live || this.voice === this.deps.voice()) return;
    this.prepareSound(live);
    await this.preparing;
  }

  /** Of the call that was answered just now. Null when this phone's sound does not come to us. */
  openSound(): (CallSound & Disposable) | null {
    const { live, voice } = this;
    const { clock, logger } = this.deps;
    return live && openCallSound({ clock, logger, ...live, profile: live.identity.profile, voice });
  }

  /** The call is over: sound ready for the next one, and the card's watch goes on. */
  afterCall(): void {
    const { live } = this;
    this.busy = false;
    if (this.soundLost) return this.drop(this.soundLost);
    if (live) this.prepareSound(live);
  }

  dispose(): void {
    this.disposed = true;
    this.watch.dispose();
    this.retry?.dispose();
    this.closePorts('closed');
  }

  private async connect(attempt: number): Promise<void> {
    const at = this.deps.makeAt();
    this.transports = [at];
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
    this.connection.add(session.rawLog.onEntry((entry) => this.deps.onTrace(entry)));
    this.trace('port open');
    this.connection.add(session.onUrc((urc) => this.onReport(urc)));
    this.connection.add(
      session.onNoise(() => this.drop(new AppError('phone.not-a-phone', { port: at.name, heard: 'noise' }))),
    );
    this.connection.add(session.onMute(() => this.drop(new AppError('phone.not-answering', { port: at.name }))));
    await this.bringUpUntilStable(session);
  }

  /** A restart in the middle of the bring-up makes it begin again. */
  private async bringUpUntilStable(session: AtSession): Promise<void> {
    for (;;) {
      const restarts = this.restarts;
      try {
        const identity = await bringUp(session, this.deps.profiles, this.deps.logger);
        const pcm = await this.openPcm(session, identity.profile);
        this.voice = this.deps.voice();
        const port = pcm !== null && pcmFor(identity.profile, this.voice) !== null;
        await prepareSound(session, identity.profile, this.deps.logger, port);
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

  private prepareSound({ session, identity, pcm }: LiveModem): void {
    this.voice = this.deps.voice();
    const port = pcm !== null && pcmFor(identity.profile, this.voice) !== null;
    this.preparing = prepareSound(session, identity.profile, this.deps.logger, port).catch((error: unknown) =>
      this.noteFailure(error),
    );
  }

  private becomeReady(live: LiveModem): void {
    this.live = live;
    this.simulated = live.identity.simulated;
    this.leftover = live.identity.carriesCall;
    this.state = 'ready';
    this.problem = null;
    this.failures = 0;
    this.wasReady = true;
    this.deps.logger.log('info', 'modem-ready', { port: this.portName, profile: live.identity.profile.id });
    this.changes.emit();
    this.planNextLook();
  }

  /** Without its sound port a phone can still call: that is noted, not fatal. */
  private async openPcm(session: AtSession, profile: PhoneProfile): Promise<Transport | null> {
    const opened = this.transports[1];
    if (opened) return opened;
    if (!this.deps.makePcm || !profile.sound || profile.sound.kind === 'usb-audio') return null;
    const pcm = this.deps.makePcm();
    try {
      await pcm.open();
    } catch (error) {
      this.deps.logger.log('warn', 'no-sound-port', { port: pcm.name, reason: describeError(error) });
      return null;
    }
    if (this.session !== session) {
      void pcm.close();
      throw new AppError('phone.lost', { port: pcm.name });
    }
    this.transports.push(pcm);
    this.connection.add(pcm.onLost((reason) => this.onSoundLost(pcm.name, reason)));
    return pcm;
  }

  /** A call goes on without its sound; before the next one everything is opened anew. */
  private onSoundLost(port: string, reason: string): void {
    this.deps.logger.log('warn', 'sound-port-lost', { port, reason });
    this.soundLost = new AppError('phone.lost', { port, reason });
    if (!this.busy) this.drop(this.soundLost);
  }

  private onReport(urc: Urc): void {
    if (urc.kind === 'restart') this.onRestart(urc.line);
    else if (urc.kind === 'registration') this.refreshSoon(refreshSoonMs);
    else if (urc.kind === 'sim') {
      // It may be another card: none inherits the old one's identity, not even by a reading that runs (research/hardware case 33).
      this.cardEpoch += 1;
      this.refreshing = null;
      this.sim = { ...this.sim, iccid: null };
      this.refreshSoon(refreshSoonMs);
    }
    this.urcs.emit(urc);
  }

  private onRestart(line: string): void {
    const { session, live } = this;
    this.restarts += 1;
    this.deps.logger.log('warn', 'modem-restarted', { line });
    session?.restart(line);
    if (!session || !live) return;
    this.live = null;
    this.state = 'connecting';
    this.sim = unknownSim;
    this.losses.emit('device-reset');
    this.changes.emit();
    this.bringUpUntilStable(session).catch((error: unknown) => {
      if (this.session === session) this.drop(toAppError(error));
    });
  }

  private drop(error: AppError): void {
    if (this.disposed || this.transports.length === 0) return;
    const wasLive = this.live !== null;
    this.trace(`port closed: ${error.code}`);
    this.closePorts(error.code);
    this.state = this.wasReady ? 'lost' : 'connecting';
    // What spoke AT before is a phone, even if it is mute now.
    const stranger = error.code === 'phone.not-a-phone';
    const code = stranger && this.wasReady ? 'phone.not-answering' : error.code;
    const news = this.problem?.code !== code;
    this.problem = stranger ? new AppError(code, { ...error.details, port: this.portName }, error) : error;
    this.sim = unknownSim;
    this.busy = false;
    const missing = error.code === 'phone.port-missing' || error.code === 'phone.lost';
    const backedOff = retryDelaysMs[Math.min(this.failures, retryDelaysMs.length - 1)] ?? 0;
    const delay = missing ? missingRetryMs : backedOff;
    this.failures = missing ? 0 : this.failures + 1;
    // An unplugged phone must not fill the log, one line for each look.
    if (news)
      this.deps.logger.log('warn', 'modem-down', {
        port: this.portName,
        reason: describeError(error),
        retryInMs: delay,
      });
    if (wasLive) this.losses.emit('device-lost');
    this.changes.emit();
    this.retry = this.deps.clock.after(delay, () => this.start());
  }

  private closePorts(reason: string): void {
    this.attempt += 1;
    const closing = this.transports;
    this.live = null;
    this.soundLost = null;
    this.transports = [];
    this.refreshTimer?.dispose();
    this.refreshTimer = null;
    this.connection.dispose();
    const session = this.session;
    this.session = null;
    session?.close(reason);
    for (const transport of closing) void transport.close();
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

  /** An earlier look stands: a storm of reports must not put it off for ever. */
  private refreshSoon(ms: number): void {
    const { clock } = this.deps;
    const at = clock.mono() + ms;
    if (this.refreshTimer && this.refreshAt <= at) return;
    this.refreshTimer?.dispose();
    this.refreshAt = at;
    this.refreshTimer = clock.after(ms, () => {
      this.refreshTimer = null;
      this.refreshIfIdle();
    });
  }

  private planNextLook(): void {
    const { condition } = this.sim;
    if (condition === 'unknown' || condition === 'searching') this.refreshSoon(unsettledRefreshMs);
  }

  private trace(text: string): void {
    this.deps.onTrace({ mono: this.deps.clock.mono(), direction: 'note', text });
  }

  /** A lost or mute port is told by its own event; this only leaves a trace. */
  private noteFailure(error: unknown): void {
    this.deps.logger.log('debug', 'query-failed', { reason: describeError(error) });
  }
}
