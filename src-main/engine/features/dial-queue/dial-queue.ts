import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError, toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { AgentView } from '#shared/desk-contract/areas/session.ts';
import { callResult } from '#shared/domain/call-record.ts';
import { wakeAfter } from '#shared/domain/dial-queue-view.ts';
import {
  newQueue,
  nextQueue,
  type AgentNow,
  type DialQueue,
  type Moment,
  type QueueEvent,
} from '#shared/domain/dial-queue.ts';
import { mostQueueEntries, type QueuePlan } from '#shared/domain/queue-entry.ts';
import type { EngineContext } from '../../context.ts';
import { DurableWrites } from '../../database/durable-writes.ts';
import type { AgentFeature } from '../agent/index.ts';
import type { CallsFeature } from '../calls/index.ts';
import type { QueueRepository } from './repository.ts';

export interface DialQueueServiceDeps {
  readonly context: EngineContext;
  readonly repository: QueueRepository;
  readonly calls: Pick<CallsFeature, 'dialLead' | 'fate' | 'ended'>;
  readonly agent: Pick<AgentFeature, 'follow' | 'keepWrapUp' | 'finishWrapUp'>;
}

/** A queue with what it is called by. */
export interface HeldQueue {
  readonly id: string;
  readonly createdAt: number;
  readonly queue: DialQueue;
}

type Word = Extract<
  QueueEvent,
  { type: 'start' | 'resume' | 'pause' | 'stop' | 'confirm' | 'skip' | 'add' | 'remove' | 'change' }
>;

/**
 * The hands of the queue's rules (src-shared/domain/dial-queue.ts): tells them what happens, dials by the one way there is,
 * and has on disk what they say before anything follows from it. Decides nothing itself.
 */
export class DialQueueService implements Disposable {
  readonly changed = new Emitter<void>();
  private readonly deps: DialQueueServiceDeps;
  private readonly logger: Logger;
  private readonly bag = new DisposeBag();
  private readonly writes: DurableWrites;
  private current: HeldQueue | null = null;
  /** As the disk has it. */
  private saved: DialQueue | null = null;
  private agent: AgentNow = { state: 'offline', until: null };
  private timer: Disposable | null = null;
  private asking: Disposable | null = null;

  constructor(deps: DialQueueServiceDeps) {
    this.deps = deps;
    this.logger = deps.context.logger.child('dial-queue');
    const { clock } = deps.context;
    this.writes = this.bag.add(new DurableWrites({ clock, logger: this.logger, written: () => undefined }));
    this.bag.add(deps.agent.follow((view) => this.agentIs(view)));
    this.bag.add(
      deps.calls.ended.on(({ callId, call }) => {
        const result = callResult(call.cause, call.answered !== null, call.direction);
        this.tell({ type: 'ended', callId, result, cause: call.cause });
      }),
    );
  }

  /** Null = nobody has made one yet. */
  get held(): HeldQueue | null {
    return this.current;
  }

  get now(): Moment {
    const { clock } = this.deps.context;
    return { wall: clock.now(), mono: clock.mono() };
  }

  /**
   * What the last run left, paused; the call that it was in is settled by its record. After the calls have been taken over
   * or closed, or nobody knows which.
   */
  start(): void {
    const kept = this.deps.repository.load();
    if (!kept) return;
    const { id, createdAt, ...durable } = kept;
    const queue: DialQueue = { ...newQueue(durable.plan, [], this.agent), ...durable };
    this.current = { id, createdAt, queue };
    this.saved = queue;
    this.tell({ type: 'restarted' });
    const entry = this.current.queue.entries.find(({ state }) => state === 'dialling');
    const callId = entry?.callId ?? null;
    if (!entry || callId === null) return;
    const fate = this.deps.calls.fate(callId);
    const found = fate?.over === false ? 'goes-on' : entry.sent && fate ? 'over' : 'not-sent';
    this.logger.log('info', 'queue.restored', { call: found });
    // A power cut may have taken the word along that it left; the call itself is a better one.
    if (fate && (!fate.over || fate.answered)) this.tell({ type: 'sent', callId });
    if (!fate) this.tell({ type: 'not-placed', callId });
    else if (fate.over)
      this.tell({
        type: 'ended',
        callId,
        result: callResult(fate.cause, fate.answered, 'outbound'),
        cause: fate.cause,
      });
  }

  /**
   * @param leadIds in the order in which they are called
   * @returns the queue's id
   * @throws AppError `queue.exists`, `disk.full`
   */
  create(leadIds: readonly string[], plan: QueuePlan): string {
    const before = this.current?.queue;
    // The end of the last one's call has an entry to be written to.
    if (before && (before.status !== 'finished' || before.attempt)) throw new AppError('queue.exists');
    const { context, repository } = this.deps;
    const queue = newQueue(plan, [...new Set(leadIds)], this.agent);
    const id = context.newId();
    const createdAt = Math.round(context.clock.now());
    repository.create(id, createdAt, queue);
    this.current = { id, createdAt, queue };
    this.saved = queue;
    this.changed.emit();
    return id;
  }

  /** What a person wants of it. @throws AppError `queue.none`, `queue.not-now`, `queue.on-break`, `queue.full` */
  want(word: Word): void {
    const queue = this.must();
    const starts = word.type === 'start' || word.type === 'resume';
    if (starts && this.agent.state === 'break') throw new AppError('queue.on-break');
    if (word.type === 'add' && queue.entries.length + word.leadIds.length > mostQueueEntries)
      throw new AppError('queue.full', { most: mostQueueEntries });
    if (!this.tell(word)) throw new AppError('queue.not-now');
  }

  /** 立即继续. @throws AppError `queue.none`, `queue.not-now` */
  continueNow(): void {
    this.must();
    const wraps = this.agent.state === 'wrap-up';
    // The rest first: the agent who is free then finds nothing else to wait for.
    const rested = this.tell({ type: 'continue-now' });
    if (wraps) this.deps.agent.finishWrapUp();
    if (!rested && !wraps) throw new AppError('queue.not-now');
  }

  /** 继续整理. The agent's own 话后处理 is held where there is one: the queue follows it. @throws as `continueNow` */
  keepWrapping(): void {
    this.must();
    if (!this.deps.agent.keepWrapUp() && !this.tell({ type: 'keep-wrapping' })) throw new AppError('queue.not-now');
  }

  dispose(): void {
    this.timer?.dispose();
    this.asking?.dispose();
    this.bag.dispose();
  }

  private must(): DialQueue {
    if (!this.current) throw new AppError('queue.none');
    return this.current.queue;
  }

  private agentIs({ effective, wrapUp }: AgentView): void {
    const { wall, mono } = this.now;
    const until = wrapUp?.until ?? null;
    this.agent = { state: effective, until: until === null ? null : until - wall + mono };
    this.tell({ type: 'agent', now: this.agent });
  }

  /** @returns false where the event means nothing now */
  private tell(event: QueueEvent): boolean {
    const { current } = this;
    if (!current) return false;
    const step = nextQueue(current.queue, event, this.now);
    if (step.ignored) return false;
    this.current = { ...current, queue: step.queue };
    this.writes.write('queue', () => this.save());
    this.armTimer();
    const { dial } = step;
    // Behind whatever goes on now: many refusals in a row leave the engine time for others.
    if (dial !== null) this.asking = this.deps.context.clock.after(0, () => this.dial(dial));
    this.changed.emit();
    return true;
  }

  private save(): void {
    const queue = this.current?.queue;
    if (!queue || !this.saved) return;
    this.deps.repository.save(this.saved, queue);
    this.saved = queue;
  }

  private armTimer(): void {
    this.timer?.dispose();
    const ms = this.current ? wakeAfter(this.current.queue, this.now) : null;
    this.timer = ms === null ? null : this.deps.context.clock.after(Math.ceil(ms), () => this.tell({ type: 'tick' }));
  }

  /** By the way of every dial: gate, cards, journal. What refuses is told to the rules, which know what it means. */
  private dial(position: number): void {
    const queue = this.current?.queue;
    if (queue?.attempt?.position !== position || queue.attempt.callId !== null) return;
    const leadId = queue.entries.find((entry) => entry.position === position)?.leadId ?? '';
    const witness = {
      placed: (callId: string) => this.placed(callId),
      mayLeave: (callId: string) => this.mayLeave(callId),
    };
    this.deps.calls.dialLead({ leadId, ...queue.plan.way }, witness).catch((error: unknown) => {
      const { code, details } = toAppError(error);
      this.logger.log('info', 'queue.refused', { position, code });
      this.tell({ type: 'refused', position, problem: { code, details } });
    });
  }

  /** In the transaction of the call's row. */
  private placed(callId: string): void {
    if (!this.write({ type: 'placed', callId }, false)) throw new AppError('cancelled');
  }

  /**
   * Written before the command leaves, or it stays: an entry that is called twice is worse than one that waits. Quickly: a kill
   * in a wait for the disk would find it written, and the command here.
   */
  private mayLeave(callId: string): boolean {
    try {
      return this.write({ type: 'sent', callId }, true);
    } catch (error) {
      this.logger.log('error', 'queue.call-kept-back', { callId, problem: describeError(error) });
      return false;
    }
  }

  /** Written first, then true. Where the transaction fails that it joins, `refused` takes it back, on disk too. */
  private write(event: Extract<QueueEvent, { type: 'placed' | 'sent' }>, quickly: boolean): boolean {
    const { current } = this;
    if (!current || !this.saved) return false;
    const { queue, ignored } = nextQueue(current.queue, event, this.now);
    if (ignored) return false;
    this.deps.repository.save(this.saved, queue, quickly);
    this.current = { ...current, queue };
    this.saved = queue;
    return true;
  }
}
