import { AppError } from '#shared/base/errors.ts';
import type { QueueChoiceState, QueueState } from '#shared/desk-contract/areas/dial-queue.ts';
import type { DeskContract } from '#shared/desk-contract/contract.ts';
import type { CommandName, Handlers, StreamArgs } from '#shared/desk-contract/kit.ts';
import { wakeAfter } from '#shared/domain/dial-queue-view.ts';
import { newQueue, nextQueue, type DialQueue, type Moment, type QueueEvent } from '#shared/domain/dial-queue.ts';
import { QueueChoice } from '#shared/domain/queue-choice.ts';
import { newEntry, type QueueEntry, type QueuePlan } from '#shared/domain/queue-entry.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { toEntryView, toState, type LeadShown } from '#engine/features/dial-queue/queue-view.ts';
import { fakeId } from './sample.ts';
import { Cell } from './cell.ts';
import type { FakeWorld } from './world.ts';

type QueueHandlers = Pick<Handlers<DeskContract>, Extract<CommandName<DeskContract>, `dialQueue.${string}`>>;

/** How a queue stands when the window opens. `resting`: its retry waits for a card. */
export interface FakeQueueOptions {
  readonly mode?: QueuePlan['mode'];
  readonly pause?: DialQueue['pause'];
  readonly stands?: 'idle' | 'running' | 'finished' | 'resting' | 'retrying' | 'stopped';
}

const plan: QueuePlan = {
  mode: 'preview',
  tries: 2,
  retryMinutes: 30,
  retryOrder: 'behind-new',
  window: { startMinute: 540, endMinute: 1080 },
  way: { channel: null, slot: null, lineId: null },
};

/** 批量外呼 of the fake desk: the real rules, over its made-up calls. */
export class FakeQueue {
  readonly state = new Cell<QueueState | null>(null);
  private readonly world: FakeWorld;
  private queue: DialQueue | null = null;
  private id = fakeId(9, 1);
  private timer: Disposable | null = null;

  constructor(world: FakeWorld, options?: FakeQueueOptions) {
    this.world = world;
    world.agent.changes.on(() => this.tell({ type: 'agent', now: this.agent() }));
    world.call.changes.on((call) => {
      if (call?.state !== 'ended' || !call.result) return;
      this.tell({ type: 'ended', callId: call.id, result: call.result, cause: call.endCause ?? 'remote-hang-up' });
    });
    if (options) this.set(this.sample(options));
  }

  /** How many are still to be called while it stands. */
  get leftStanding(): number {
    const { value } = this.state;
    return value?.pause || value?.phase === 'idle' ? value.counts.waiting + value.counts.retry : 0;
  }

  get entries(): readonly QueueEntry[] {
    return this.queue?.entries ?? [];
  }

  create(leadIds: readonly string[], made: QueuePlan): string {
    if (this.queue && (this.queue.status !== 'finished' || this.queue.attempt)) throw new AppError('queue.exists');
    this.id = fakeId(9, Number(this.world.clock.now() % 100_000));
    this.set(newQueue(made, [...new Set(leadIds)], this.agent()));
    return this.id;
  }

  /** As a person asks. */
  want(event: QueueEvent): null {
    if (!this.queue) throw new AppError('queue.none');
    if (!this.tell(event)) throw new AppError('queue.not-now');
    return null;
  }

  lead = (id: string): LeadShown | null => this.world.leads.find((each) => each.id === id) ?? null;

  private agent(): DialQueue['agent'] {
    const { effective, wrapUp } = this.world.agent.value;
    const until = wrapUp?.until ?? null;
    const { wall, mono } = this.now();
    return { state: effective, until: until === null ? null : until - wall + mono };
  }

  private now(): Moment {
    return { wall: this.world.clock.now(), mono: this.world.clock.mono() };
  }

  private tell(event: QueueEvent): boolean {
    if (!this.queue) return false;
    const step = nextQueue(this.queue, event, this.now());
    if (step.ignored) return false;
    this.set(step.queue);
    if (step.dial !== null) this.dial(step.dial);
    return true;
  }

  private dial(position: number): void {
    const lead = this.world.leads.find(({ id }) => id === this.entries[position]?.leadId);
    if (!lead?.phone)
      return void this.tell({ type: 'refused', position, problem: { code: 'number.empty', details: {} } });
    const callId = this.world.dial(lead.phone, lead.id);
    this.tell({ type: 'placed', callId });
    this.tell({ type: 'sent', callId });
  }

  private set(queue: DialQueue): void {
    this.queue = queue;
    const now = this.now();
    this.state.set(toState({ id: this.id, createdAt: now.wall, queue }, now, this.lead));
    this.timer?.dispose();
    const ms = wakeAfter(queue, now);
    this.timer = ms === null ? null : this.world.clock.after(ms, () => void this.tell({ type: 'tick' }));
  }

  /** Twenty customers, of whom some have been called. */
  private sample({ mode = 'preview', pause = null, stands = 'running' }: FakeQueueOptions): DialQueue {
    const { wall, mono } = this.now();
    const leads = this.world.leads.filter(({ phone }) => phone !== null).slice(0, 20);
    const calls = this.world.calls.map(({ id }) => id);
    const called = (entry: QueueEntry, part: Partial<QueueEntry>): QueueEntry => ({
      ...entry,
      ...{ tries: 1, sent: true, callId: calls[entry.position] ?? null },
      ...part,
    });
    const fresh = leads.map(({ id }, position) => newEntry(position, id));
    const through = stands === 'finished' || stands === 'retrying';
    const entries = fresh.map((entry): QueueEntry => {
      const { position } = entry;
      if (position % 5 === 1 && (through || position < 8))
        return called(entry, { state: 'gave-up', result: 'no-answer', tries: 2 });
      if (position === 3)
        return { ...entry, state: 'refused', problem: { code: 'gate.blacklisted', details: { reason: '客户要求' } }, passedOverAt: wall - 31 * 60_000 }; // prettier-ignore
      if (position === 4) return { ...entry, state: 'skipped', passedOverAt: wall - 24 * 60_000 };
      if ((position === 5 || position === 7) && stands !== 'finished')
        return called(entry, { state: 'retry', result: 'busy', dueAt: wall + (position + 1) * 90_000 });
      return through || position < 8 ? called(entry, { state: 'done', result: 'connected' }) : entry;
    });
    const base: DialQueue = { ...newQueue({ ...plan, mode }, [], this.agent()), entries };
    const problem = { code: 'sim.gap', details: { slot: 2, seconds: 60, nextAt: wall + 42_000 } };
    if (stands === 'idle') return base;
    if (stands === 'finished' || stands === 'stopped') return { ...base, status: 'finished' };
    if (stands === 'resting') return { ...base, status: 'running', blocked: { until: mono + 42_000, problem } };
    if (pause) return { ...base, status: 'paused', pause };
    return { ...base, status: 'running', preview: stands === 'running' && mode === 'preview' ? 8 : null };
  }
}

/** Whom a queue of this source would call: the real rule over the made-up leads; a list is one of `size` with so many of each. */
export function chooseFake(
  world: FakeWorld,
  queue: FakeQueue,
  { source, order, dead, colleagues }: StreamArgs<DeskContract, 'dialQueue.choice'>,
): QueueChoiceState {
  const { leads } = world;
  const given =
    source.of === 'leads'
      ? source.ids.flatMap((id) => leads.find((lead) => lead.id === id) ?? [])
      : leads.slice(0, 400);
  const queued = { leadIds: queue.state.value?.over ? [] : queue.entries.map(({ leadId }) => leadId), numbers: [] };
  const choice = new QueueChoice({ order, dead, colleagues, room: 5_000 }, queued, (e164) => ({
    listed: e164.endsWith('7') && source.of === 'list' ? { list: 'blacklist', reason: '' } : null,
    refusedAt: null,
  }));
  for (const { id, phone, numberCheck, following, lastCallAt } of given)
    choice.take({ leadId: id, phone, numberCheck, lastCallAt, ofColleague: following === 'colleague' });
  const { leadIds, ...rest } = choice.result(given.length);
  return { looked: given.length, of: given.length, choice: { ...rest, leadIds: [...leadIds] } };
}

export function queueHandlers(queue: FakeQueue, world: FakeWorld): QueueHandlers {
  return {
    'dialQueue.create': ({ leadIds, ...made }) => ({ queueId: queue.create(leadIds, made) }),
    'dialQueue.start': () => queue.want({ type: 'start' }),
    'dialQueue.resume': () => queue.want({ type: 'resume' }),
    'dialQueue.pause': ({ reason }) => queue.want({ type: 'pause', reason }),
    'dialQueue.stop': () => queue.want({ type: 'stop' }),
    'dialQueue.confirm': ({ position }) => queue.want({ type: 'confirm', position }),
    'dialQueue.skip': ({ position }) => queue.want({ type: 'skip', position }),
    'dialQueue.continueNow'() {
      queue.want({ type: 'continue-now' });
      world.endWrapUp();
      return null;
    },
    'dialQueue.keepWrapping'() {
      if (world.agent.value.effective !== 'wrap-up') return queue.want({ type: 'keep-wrapping' });
      world.agent.patch({ wrapUp: { until: null } });
      return null;
    },
    'dialQueue.add': ({ leadIds }) => queue.want({ type: 'add', leadIds }),
    'dialQueue.change': (part) => queue.want({ type: 'change', plan: part as Partial<QueuePlan> }),
    'dialQueue.remove': ({ position }) => queue.want({ type: 'remove', position }),
    'dialQueue.entries'({ states, offset, limit }) {
      const found = queue.entries.filter(({ state }) => states.length === 0 || states.includes(state));
      const rows = found.slice(offset, offset + limit).map((entry) => {
        const call = world.calls.find(({ id }) => id === entry.callId);
        const { startedAt, talkMs, outcome, outcomeId } = call ?? {};
        return {
          ...toEntryView(entry, queue.lead(entry.leadId)),
          call:
            startedAt === undefined
              ? null
              : { startedAt, talkMs: talkMs ?? null, outcome: outcome ?? null, outcomeId: outcomeId ?? null },
        };
      });
      return { rows, total: found.length };
    },
  };
}
