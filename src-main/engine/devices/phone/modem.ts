import type { Clock } from '#shared/base/clock.ts';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError, toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { AgentVoice } from '#shared/domain/call-channel.ts';
import { AtSession } from '../at/at-session.ts';
import type { RawLogEntry } from '../at/raw-log.ts';
import type { StackNumber, Urc } from '../at/urc-router.ts';
import type { Transport } from '../face.ts';
import type { PhoneProfile } from '../profiles/profile.ts';
import type { SoundCardLink } from '../sound-card/sound-card-link.ts';
import { BaudSearch } from './baud-search.ts';
import { bringUp } from './bring-up.ts';
import { CardWatch } from './card-watch.ts';
import type { LiveModem } from './live-modem.ts';
import { ModemSound } from './modem-sound.ts';
import { MuteRescue } from './mute-rescue.ts';
import { PortRetry } from './port-retry.ts';
import { RestartCount } from './restart-count.ts';
import { unknownSim, type SimView } from './sim-monitor.ts';
import { SimStack, stackMarksOf } from './sim-stack.ts';

export interface ModemDeps {
  /** SIM stacks: cards that it serves at a time. */
  readonly stacks: 1 | 2;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly profiles: readonly PhoneProfile[];
  readonly makeAt: () => Transport;
  readonly makePcm: (() => Transport) | null;
  /** Where phones that are sound cards are found; null = nowhere. */
  readonly soundCard: SoundCardLink | null;
  /** Every line at the control port, and what becomes of the port itself. */
  readonly onTrace: (entry: RawLogEntry) => void;
  /** The headset that the next call's agent speaks into; null = the phone's handset. */
  readonly voice: () => AgentVoice | null;
  /** The next call's opener, for a phone that must have it beforehand. */
  readonly clip: () => Int16Array | null;
}

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
  /** While true the watch keeps its commands back, so that a cut-in never waits behind them. */
  busy = false;
  /** The modem carries a call that nobody here knows of: left over from before a crash or a pulled cable. */
  leftover = false;
  /** A slot switch is under way: restarts are part of it. */
  switching = false;
  /** Nothing happens here any more. */
  disposed = false;
  readonly stacks: readonly [SimStack, ...SimStack[]];
  readonly portName: string;
  readonly sound: ModemSound;
  private readonly deps: ModemDeps;
  private readonly changes = new Emitter<void>();
  private readonly losses = new Emitter<'device-lost' | 'device-reset'>();
  private readonly urcs = new Emitter<Urc>();
  /** By stack. */
  private readonly cards: readonly CardWatch[];
  private readonly rescue = new MuteRescue();
  private readonly baud: BaudSearch;
  private readonly retry: PortRetry;
  private readonly restartCount = new RestartCount();
  private connection = new DisposeBag();
  private session: AtSession | null = null;
  private at: Transport | null = null;
  /** Counts connections; what an older one still reports does not matter. */
  private attempt = 0;
  private restarts = 0;
  private wasReady = false;
  private lastProfile: PhoneProfile | null = null;
  private soundLost: AppError | null = null;

  constructor(deps: ModemDeps) {
    this.deps = deps;
    this.portName = deps.makeAt().name;
    const { clock, logger } = deps;
    this.retry = new PortRetry(clock);
    this.baud = new BaudSearch(logger);
    this.sound = new ModemSound({
      ...deps,
      modem: this,
      isCurrent: (session) => this.session === session,
      onPortLost: (error) => this.onSoundLost(error),
      changed: () => this.changes.emit(),
    });
    this.stacks = SimStack.of(deps.stacks);
    this.cards = this.stacks.map((stack) => this.watchOf(stack));
  }

  /** Control before sound. */
  get portNames(): readonly string[] {
    const { name } = this.sound;
    return name === null ? [this.portName] : [this.portName, name];
  }

  /** The card at one of the modem's stacks; unknown until the modem is ready, or a card that cannot be dialled by yet would say that it can. */
  sim(stack: SimStack): SimView {
    return (this.live && this.cardOf(stack.number)?.sim) ?? unknownSim;
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
  async refresh(stack: SimStack): Promise<void> {
    if (!this.live) throw this.problem ?? new AppError('phone.not-ready');
    await this.cardOf(stack.number)?.refresh();
  }

  /** After a slot switch: whatever is known belongs to the card before. */
  forgetSim(stack: SimStack): void {
    this.cardOf(stack.number)?.forget();
  }

  /** The call is over: sound ready for the next one, and the card's watch goes on. */
  afterCall(): void {
    this.busy = false;
    if (this.soundLost) return this.drop(this.soundLost);
    this.sound.afterCall();
  }

  dispose(): void {
    this.disposed = true;
    this.sound.dispose();
    for (const card of this.cards) card.dispose();
    this.retry.dispose();
    this.closePorts('closed');
  }

  private watchOf(stack: SimStack): CardWatch {
    const { clock, logger } = this.deps;
    return new CardWatch({
      stack,
      clock,
      logger,
      line: () => this.live && { session: this.live.session, profile: this.live.identity.profile },
      isCurrent: (session) => this.session === session,
      busy: () => this.busy,
      changed: () => this.changes.emit(),
    });
  }

  private cardOf(stack: StackNumber): CardWatch | undefined {
    return this.cards[stack - 1];
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
    const stackMarks = stackMarksOf(this.deps.profiles);
    const session = new AtSession({ transport: at, clock, logger: logger.child('at'), minGapMs: 0, stackMarks });
    this.session = session;
    this.connection.add(session.rawLog.onEntry((entry) => this.deps.onTrace(entry)));
    this.trace('port open');
    this.connection.add(session.onUrc((urc) => this.onReport(urc)));
    this.connection.add(
      session.onNoise(() => this.drop(new AppError('phone.not-a-phone', { port: at.name, heard: 'noise' }))),
    );
    this.connection.add(session.onMute(() => this.drop(new AppError('phone.not-answering', { port: at.name }))));
    await this.baud.begin(at);
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
        const identity = await bringUp(session, this.stacks, this.deps);
        const live: LiveModem = { session, identity, pcm: await this.sound.bringUp(session, identity) };
        for (const card of this.cards) await card.refresh({ session, profile: identity.profile });
        if (this.session !== session) return;
        this.becomeReady(live);
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
    for (const card of this.cards) card.planNextLook();
    this.sound.modemReady();
  }

  /** A call goes on without its sound; before the next one everything is opened anew. */
  private onSoundLost(error: AppError): void {
    this.soundLost = error;
    if (!this.busy) this.drop(error);
  }

  private onReport(urc: Urc): void {
    if (urc.kind === 'restart') this.onRestart(urc.line);
    else if (urc.kind === 'registration') this.cardOf(urc.stack)?.registrationReported();
    else if (urc.kind === 'sim') this.cardOf(urc.stack)?.cardReported();
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
    for (const card of this.cards) card.lose();
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
    this.trace(`port closed: ${error.code}`);
    this.closePorts(error.code);
    this.state = this.wasReady ? 'lost' : 'connecting';
    // What spoke AT before is a phone, even if it is mute now.
    const stranger = error.code === 'phone.not-a-phone';
    const code = stranger && this.wasReady ? 'phone.not-answering' : error.code;
    const news = this.problem?.code !== code;
    this.problem = stranger ? new AppError(code, { ...error.details, port: this.portName }, error) : error;
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
    this.sound.close();
    for (const card of this.cards) card.lose();
    this.connection.dispose();
    const session = this.session;
    this.session = null;
    session?.close(reason);
    void closing?.close();
  }

  private trace(text: string): void {
    this.deps.onTrace({ mono: this.deps.clock.mono(), direction: 'note', text });
  }
}
