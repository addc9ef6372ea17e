import { assertNever } from '#shared/base/assert-never.ts';
import { every } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError, toAppError, type ErrorDetails } from '#shared/base/errors.ts';
import type { JsonValue } from '#shared/base/json.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { CallSound, Stamp } from '#shared/domain/call-channel.ts';
import {
  next,
  talkMs,
  type Call,
  type CallEffect,
  type CallEvent,
  type EndedCall,
} from '#shared/domain/call-machine.ts';
import {
  beginQuality,
  isMeasured,
  withReading,
  type CallQuality,
  type QualityLog,
} from '#shared/domain/call-quality.ts';
import type { CallRules } from '#shared/domain/call-rules.ts';
import type { MediaReading } from '#shared/domain/voice-quality.ts';
import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import type { Settings } from '#shared/desk-contract/areas/settings.ts';
import type { EngineContext } from '#engine/context.ts';
import { DurableWrites } from '#engine/database/durable-writes.ts';
import type { Beside, JournalEntry } from './call-row.ts';
import { toCardCall } from './card-facts.ts';
import type { Lines } from './lines.ts';
import { OpenerRun } from './opener-run.ts';
import type { DialCounts, OpenerPort, RecordingMark, RecordingPort } from './ports.ts';
import type { CallRepository } from './repository.ts';

/** One call that is not over. */
export interface LiveCall {
  readonly id: string;
  call: Call;
  muted: boolean;
  /** Taken by the rule of 自动接听. */
  autoAnswered: boolean;
  /** What became of the latest wish to take it. */
  answering: Promise<void>;
  opener: OpenerRun | null;
  recorded: boolean;
  /** How it is heard, where its channel measures that. */
  quality: QualityLog;
  /** Begun beside another call; null = on its own. */
  readonly beside: Beside | null;
  /** False while a start-up does not know yet whether the channel still carries it. */
  alive: boolean;
}

export interface LiveCallsDeps {
  readonly context: EngineContext;
  readonly lines: Lines;
  readonly repository: CallRepository;
  readonly dials: DialCounts;
  readonly recording: RecordingPort;
  readonly openers: OpenerPort;
  readonly settings: () => Settings;
  readonly rules: () => Pick<CallRules, 'record'>;
}

/** A crash costs at most this much of a call's known length. */
const proofEveryMs = 1000;
/** So long the end of the program waits for a phone to let the agent in. */
const leaveWithinMs = 1000;

/**
 * Runs the call machine for the calls of this moment: an event comes in, the journal has it on disk, then its effects run.
 * A disk that refuses does not stop a call: it goes on in memory, and each transition writes everything again until one
 * is on disk (DurableWrites).
 */
export class LiveCalls implements Disposable {
  /** A call changed in any way that a window shows. */
  readonly changed = new Emitter<string>();
  readonly ended = new Emitter<{ readonly callId: string; readonly call: EndedCall; readonly beside: Beside | null }>();
  private readonly deps: LiveCallsDeps;
  private readonly logger: Logger;
  private readonly calls = new Map<string, LiveCall>();
  private readonly unwritten = new Map<string, LiveCall>();
  private readonly writes: DurableWrites;
  private heartbeat: Disposable | null = null;

  constructor(deps: LiveCallsDeps) {
    this.deps = deps;
    this.logger = deps.context.logger.child('calls');
    const { clock } = deps.context;
    this.writes = new DurableWrites({
      clock,
      logger: this.logger,
      written: (key) => {
        this.unwritten.delete(key);
        this.changed.emit(key);
      },
    });
  }

  get(callId: string): LiveCall | undefined {
    return this.calls.get(callId);
  }

  /** A call that is over, while the disk refuses its end: what its row says is out of date. */
  unwrittenEnd(callId: string): LiveCall | undefined {
    return this.unwritten.get(callId);
  }

  get all(): readonly LiveCall[] {
    return [...this.calls.values()];
  }

  /** The call that keys and the dock mean: spoken first, then what is on its way, then what rings, then what is held. */
  get main(): LiveCall | undefined {
    return this.all.toSorted((a, b) => weight(a) - weight(b))[0];
  }

  /** Takes over a call whose row is on disk. */
  begin(
    id: string,
    call: Call,
    options: { readonly alive: boolean; readonly beside?: Beside | null; readonly quality?: CallQuality | null },
  ): LiveCall {
    const live: LiveCall = {
      id,
      call,
      muted: false,
      autoAnswered: false,
      answering: Promise.resolve(),
      opener: null,
      recorded: false,
      quality: beginQuality(options.quality),
      alive: options.alive,
      beside: options.beside ?? null,
    };
    this.calls.set(id, live);
    this.heartbeat ??= every(this.deps.context.clock, proofEveryMs, () => this.proveLife());
    this.changed.emit(id);
    return live;
  }

  /** Now, by the engine's own clocks: for what people and the engine do. */
  stamp(): Stamp {
    const { clock } = this.deps.context;
    return { wall: clock.now(), mono: clock.mono(), source: 'assumed', precisionMs: 0 };
  }

  apply(callId: string, event: CallEvent, stamp: Stamp = this.stamp()): void {
    const live = this.calls.get(callId);
    if (!live) return this.logger.log('info', 'call.late-event', { callId, type: event.type });
    const step = next(live.call, event, stamp);
    live.call = step.call;
    if (step.call.state === 'ended') live.opener?.end();
    for (const effect of step.effects) this.run(live, effect);
  }

  /** Another second of its sound. Written with the next proof of life: a crash costs one second of it. */
  measured(callId: string, reading: MediaReading): void {
    const live = this.calls.get(callId);
    if (live?.call.answered) live.quality = withReading(live.quality, reading);
  }

  /** A person wants the end. Asked again, the channel is asked again: it joins the running attempt, or tries once more. */
  hangUp(live: LiveCall): void {
    if (live.call.state === 'ending' && !live.call.stuck) this.hangUpChannel(live);
    else this.apply(live.id, { type: 'hang-up' });
  }

  /** Takes a call that came in. Rejects with what the phone refused; what is spoken or played meanwhile is left in peace first. */
  async answer(live: LiveCall): Promise<void> {
    await this.quiet(live);
    this.apply(live.id, { type: 'answer' });
    await live.answering;
  }

  /** Before a call is held: an opener would play on into whatever is taken up next. */
  async quiet(next: LiveCall | null): Promise<void> {
    const playing = this.all.filter((live) => live !== next && live.opener?.playing === true);
    await Promise.allSettled(playing.map((live) => live.opener?.cutIn()));
  }

  /** The opener stops and the agent is live. @throws AppError `call.not-connected`, `call.opener-not-playing` */
  async cutIn(live: LiveCall): Promise<void> {
    if (!live.call.answered || live.call.state === 'ending') throw new AppError('call.not-connected');
    if (!live.opener) throw new AppError('call.opener-not-playing');
    await live.opener.cutIn();
  }

  /** Records what goes on (again): at answer, and when a call was found alive after a restart. */
  startRecording(live: LiveCall, sound: CallSound | null): void {
    const { answered } = live.call;
    // Where no sound comes a file would be empty, and its receipt a lie.
    if (!sound?.recordable || !answered || live.recorded || !this.deps.rules().record) return;
    live.recorded = true;
    this.deps.recording.start({
      callId: live.id,
      answeredAt: answered.wall,
      fromMs: talkMs(live.call, this.deps.context.clock.mono()) ?? 0,
      sound,
    });
  }

  /** No opener has the line (any more): the agent is live. Not awaited: whatever refuses is told and the call goes on. */
  openVoice(live: LiveCall, sound: CallSound | null): void {
    sound?.openVoice().catch((error: unknown) => {
      this.logger.log('error', 'call.agent-not-let-in', { callId: live.id, problem: describeError(error) });
    });
  }

  /**
   * Before the program ends under a running call: whose opener shuts the agent's microphone, lets the agent in, or the
   * customer would hear silence from then on. Never rejects.
   */
  async leave(): Promise<void> {
    const cutIns = [...this.calls.values()].map((live) => live.opener?.cutIn());
    await new Promise<void>((resolve) => {
      const timer = this.deps.context.clock.after(leaveWithinMs, resolve);
      void Promise.allSettled(cutIns).then(() => {
        timer.dispose();
        resolve();
      });
    });
  }

  /** The calls themselves go on: a phone does not need us to talk. */
  dispose(): void {
    this.stopHeartbeat();
    this.writes.dispose();
  }

  private stopHeartbeat(): void {
    this.heartbeat?.dispose();
    this.heartbeat = null;
  }

  private run(live: LiveCall, effect: CallEffect): void {
    switch (effect.type) {
      case 'journal':
        return this.journal(live, effect);
      case 'start-sound':
        return this.startSound(live);
      case 'stop-sound':
        // Also what an earlier run recorded of a call that start-up only closes.
        if (live.recorded || !live.alive) this.deps.recording.finish(live.id, talkMs(live.call) ?? 0);
        return;
      case 'channel-hang-up':
        return this.hangUpChannel(live);
      case 'channel-answer':
        live.answering = this.deps.lines.ask('answer', live.id);
        // Whoever asked hears of it; after a restart nobody did.
        live.answering.catch((error: unknown) => this.notTaken(live, error));
        return;
      case 'closed':
        return this.close(live);
      case 'ignored': {
        const level = effect.reason === 'impossible' ? 'error' : 'debug';
        return this.logger.log(level, 'call.event-ignored', { ...effect, callId: live.id, state: live.call.state });
      }
      default:
        return assertNever(effect);
    }
  }

  /** What happened to a call besides its states, also to one that is over by now. */
  note(callId: string, event: string, details: JsonValue): void {
    this.happened(callId, event, details, (entry) => this.deps.repository.note(entry));
  }

  /** To whom its other side went, or who was put through to it. */
  transferred(callId: string, details: NonNullable<CallView['transferred']>): void {
    this.happened(callId, 'transferred', details, (entry) => this.deps.repository.setTransferred(entry));
  }

  private happened(callId: string, event: string, details: JsonValue, write: (entry: JournalEntry) => void): void {
    const state = this.calls.get(callId)?.call.state ?? 'ended';
    const entry = { callId, event, state, stamp: this.stamp(), details };
    this.writes.write(`${callId} ${event}`, () => write(entry));
    this.changed.emit(callId);
  }

  private journal(live: LiveCall, { event, state, stamp }: Extract<CallEffect, { type: 'journal' }>): void {
    const about = aboutEntry(live, event);
    this.writes.write(live.id, () =>
      this.deps.repository.transition(
        { callId: live.id, event, state, stamp, ...about },
        live.call,
        live.opener?.facts ?? null,
        measuredOf(live),
      ),
    );
    if (state === 'ended') this.deps.dials.ended(live.id, toCardCall(live.call));
    this.changed.emit(live.id);
  }

  private startSound(live: LiveCall): void {
    const sound = this.deps.lines.sound(live.id);
    this.startRecording(live, sound);
    // Not for a call that was answered while the engine was down: they talk already.
    const speaksFirst = live.alive && live.call.direction === 'outbound' && !live.beside;
    const opener = sound && speaksFirst ? this.deps.openers.forCall() : null;
    if (!sound) return;
    if (!opener) return this.openVoice(live, sound);
    const { clock } = this.deps.context;
    live.opener = new OpenerRun({
      clock,
      logger: this.logger,
      sound,
      opener,
      sinceAnswer: () => talkMs(live.call, clock.mono()) ?? 0,
      onChange: (event, mark) => this.openerChanged(live, event, mark),
      onRefused: (problem) => this.keepProblem(live, problem),
      onFinished: () => {
        if (this.deps.settings().afterOpener === 'hang-up') this.apply(live.id, { type: 'hang-up' });
      },
    });
    this.changed.emit(live.id);
  }

  /** The caller is told that nobody takes it, and the call is over before the words that the person gets: the record has them. */
  private notTaken(live: LiveCall, error: unknown): void {
    this.logger.log('warn', 'call.not-taken', { callId: live.id, problem: describeError(error) });
    const problem = toAppError(error);
    // The caller was faster, which is all that there is to say.
    if (problem.code !== 'call.gone') this.keepProblem(live, problem);
  }

  private keepProblem(live: LiveCall, { code, details }: AppError): void {
    this.writes.write(`${live.id} problem`, () => this.deps.repository.setProblem(live.id, { code, details }));
    // The call may be over already, and nothing else will tell the windows.
    this.changed.emit(live.id);
  }

  private openerChanged(live: LiveCall, event: string, mark: RecordingMark): void {
    const { opener } = live;
    if (!opener) return;
    const entry = { callId: live.id, event, state: live.call.state, stamp: this.stamp(), details: { ...mark } };
    this.writes.write(`${live.id} opener`, () => this.deps.repository.setOpener(entry, opener.facts));
    if (live.recorded) this.deps.recording.mark(live.id, mark);
    this.changed.emit(live.id);
  }

  private hangUpChannel(live: LiveCall): void {
    live.opener?.end();
    // Start-up asks the channel what it carries, and sees to the end of what was to be ended.
    if (!live.alive) return;
    const declined = live.call.direction === 'inbound' && !live.call.answered;
    this.deps.lines.ask(declined ? 'reject' : 'hangUp', live.id).catch((error: unknown) => {
      this.logger.log('warn', 'call.hang-up-failed', { callId: live.id, problem: describeError(error) });
      const code = error instanceof AppError ? error.code : null;
      if (code === 'phone.lost') this.apply(live.id, { type: 'device-lost' });
      if (code === 'call.gone') this.apply(live.id, { type: 'ended', cause: 'local-hang-up' });
    });
  }

  private close(live: LiveCall): void {
    this.calls.delete(live.id);
    if (this.writes.waits(live.id)) this.unwritten.set(live.id, live);
    if (this.calls.size === 0) this.stopHeartbeat();
    // The end first: whoever follows it (话后处理) must not see an idle moment in between.
    if (live.call.state === 'ended') this.ended.emit({ callId: live.id, call: live.call, beside: live.beside });
    this.changed.emit(live.id);
  }

  private proveLife(): void {
    const { wall, mono } = this.stamp();
    for (const live of this.calls.values())
      if (live.alive)
        this.writes.write(`${live.id} proof`, () =>
          this.deps.repository.proofOfLife(live.id, { wall: Math.round(wall), mono }, measuredOf(live)),
        );
  }
}

function aboutEntry({ call, autoAnswered }: LiveCall, event: string): { details?: ErrorDetails } {
  if (event === 'answer' && autoAnswered) return { details: { auto: true } };
  return call.cause && event === 'ended' ? { details: { cause: call.cause } } : {};
}

const measuredOf = ({ quality: { call } }: LiveCall): CallQuality | null => (isMeasured(call) ? call : null);

function weight({ call: { state } }: LiveCall): number {
  if (state === 'active') return 0;
  if (state === 'incoming' || state === 'waiting') return 2;
  return state === 'held' ? 3 : 1;
}
