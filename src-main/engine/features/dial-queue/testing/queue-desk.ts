import { onTestFinished } from 'vitest';
import { dialQueueArea, type QueueState } from '#shared/desk-contract/areas/dial-queue.ts';
import type { CommandInput, CommandName, CommandOutput } from '#shared/desk-contract/kit.ts';
import type { EndCause } from '#shared/domain/vocabulary.ts';
import { createKeyValueStore } from '../../../database/key-value.ts';
import { testContext, type TestContext } from '../../../testing/test-context.ts';
import { createAgent, type AgentFeature } from '../../agent/index.ts';
import { CallsDesk, settle } from '../../calls/testing/calls-desk.ts';
import type { LeadName } from '../../leads/repository.ts';
import { createDialQueue, type DialQueueFeature, type QueueChoosing } from '../index.ts';
import { QueueRepository } from '../repository.ts';

type Area = typeof dialQueueArea;

export const leadIdOf = (n: number): string => `01900000-0000-7000-8000-0000000001${String(n).padStart(2, '0')}`;
export const numberOf = (n: number): string => `154000002${String(n).padStart(2, '0')}`;

const plan: Omit<CommandInput<Area, 'dialQueue.create'>, 'leadIds'> = {
  mode: 'progressive',
  tries: 1,
  retryMinutes: 10,
  retryOrder: 'behind-new',
  window: null,
  way: { channel: null, slot: null, lineId: null },
};

/** Calls, agent and queue of one person on a real database, composed as in workspace.ts, with a phone that a test plays. */
export class QueueDesk {
  readonly desk: CallsDesk;
  readonly agent: AgentFeature;
  readonly queue: DialQueueFeature;
  /** Whoever looks through lists; nobody until a test says so. */
  choosing: QueueChoosing = { choose: () => ({ answer: new Promise(() => undefined), giveUp: () => undefined }) };
  /** Everything that the stream has said. */
  readonly said: (QueueState | null)[] = [];

  constructor(desk = new CallsDesk(), leads = 9) {
    this.desk = desk;
    const { context, database } = desk;
    for (let n = 1; n <= leads; n += 1)
      desk.leads.set(leadIdOf(n), {
        companyName: `示例公司${n}`,
        contactName: null,
        contacts: [],
        phone: `+86${numberOf(n)}`,
        sample: true,
      });
    this.agent = createAgent({
      context,
      store: createKeyValueStore(database.write),
      signedIn: () => true,
      inCall: () => desk.calls.inCall(),
      owed: () => desk.calls.owed(),
      wrapUpSeconds: () => desk.settings.wrapUpSeconds,
    });
    desk.calls.ended.on(({ call }) => this.agent.callEnded(call.answered !== null));
    desk.calls.onChange(() => this.agent.update());
    this.queue = createDialQueue({
      context,
      db: database.write,
      calls: desk.calls,
      agent: this.agent,
      lead: (id) => desk.leads.get(id) ?? null,
      leads: { names: (ids) => new Map(ids.flatMap((id) => this.named(id))), rules: () => null },
      choosing: { choose: (...asked) => this.choosing.choose(...asked) },
    });
    this.queue.sources['dialQueue.state'](
      null,
      {
        item: (state) => void this.said.push(dialQueueArea.streams['dialQueue.state'].item.parse(state)),
        fail: () => undefined,
      },
      { peer: { kind: 'in-process', id: 'test' }, after: undefined },
    );
    onTestFinished(() => {
      this.queue.dispose();
      this.agent.dispose();
    });
  }

  get state(): QueueState {
    const state = this.said.at(-1);
    if (!state) throw new Error('there is no queue');
    return state;
  }

  /** States of all entries as the disk has them, with their tries. */
  get entries(): string {
    const kept = new QueueRepository(this.desk.database.write).load();
    return (kept?.entries ?? []).map(({ state, tries }) => `${state} ${tries}`).join(', ');
  }

  private named(id: string): [string, LeadName][] {
    const { companyName = null, contactName = null, phone = null } = this.desk.leads.get(id) ?? {};
    return companyName === null ? [] : [[id, { companyName, contactName, phone }]];
  }

  /** The call in the dock. */
  get callId(): string {
    return this.desk.current().call?.id ?? '';
  }

  /** What the phone was asked to dial, in order. */
  get dialled(): number[] {
    return this.desk.phone.dialled.map(({ dialString }) => Number(dialString.slice(-2)));
  }

  /** As a window asks. */
  async ask<K extends CommandName<Area>>(name: K, input: CommandInput<Area, K>): Promise<CommandOutput<Area, K>> {
    const spec = dialQueueArea.commands[name];
    const signal = { aborted: false, addEventListener: () => undefined };
    const from = { peer: { kind: 'in-process', id: 'test' }, signal } as const;
    const answer: unknown = await this.queue.handlers[name](spec.in.parse(input) as never, from);
    return spec.out.parse(answer) as CommandOutput<Area, K>;
  }

  create(leads: readonly number[], more: Partial<CommandInput<Area, 'dialQueue.create'>> = {}): Promise<unknown> {
    return this.ask('dialQueue.create', { leadIds: leads.map(leadIdOf), ...plan, ...more });
  }

  /** Made and started; the first dial is on its way. */
  async run(leads: readonly number[], more: Partial<CommandInput<Area, 'dialQueue.create'>> = {}): Promise<void> {
    await this.create(leads, more);
    await this.ask('dialQueue.start', null);
    await this.pass(0);
  }

  /** The call of the moment is over: answered and hung up by the customer, or for that cause. */
  async end(cause: EndCause | 'answered'): Promise<void> {
    if (cause === 'answered') this.desk.phone.happen({ type: 'answered' });
    this.desk.phone.happen({ type: 'ended', cause: cause === 'answered' ? 'remote-hang-up' : cause });
    await this.pass(0);
  }

  /** Lets time pass, and what follows from it happen. */
  async pass(ms: number): Promise<void> {
    this.desk.context.clock.advance(ms);
    await settle();
    this.desk.context.clock.advance(0);
    await settle();
  }

  /** kill -9, and the next start `gapMs` later. @param carried calls that the phone goes on with */
  async restart(carried: readonly string[] = [], gapMs = 5_000): Promise<QueueDesk> {
    const context: TestContext = testContext();
    context.clock.jumpWall(this.desk.context.clock.now() + gapMs - context.clock.now());
    const next = new QueueDesk(new CallsDesk(this.desk.database, context, this.desk.dials));
    next.desk.phone.carried = carried;
    await next.desk.calls.start();
    next.queue.start();
    await next.pass(0);
    return next;
  }
}
