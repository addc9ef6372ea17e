import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import type { QueueChoiceState, QueueSource } from '#shared/desk-contract/areas/dial-queue.ts';
import { leadQuery } from '#shared/desk-contract/areas/leads.ts';
import type { CloudLead } from '#shared/cloud-contract/contract.ts';
import { defaultPoolRules } from '#shared/domain/pool-rules.ts';
import type { ChoiceRules } from '#shared/domain/queue-choice.ts';
import { testEmployee } from '#tests/support/signed-in.ts';
import type { Database } from '../../database/open-database.ts';
import { ListThread } from '../../list-thread.ts';
import { sampleLead } from '../../testing/sample-leads.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { noteCall } from '../leads/activity.ts';
import { putLead, removeLead } from '../leads/repository.ts';
import { putListing } from '../number-lists/repository.ts';
import type { ChoiceProgress, QueueAsk } from './choose.ts';
import { leadIdOf, QueueDesk } from './testing/queue-desk.ts';

const me = testEmployee.id;
const rules: ChoiceRules = { order: 'given', dead: false, colleagues: false, room: 5_000 };
const idOf = (n: number): string => sampleLead(n).id;

/** Leads on disk, and the thread that has the lists. */
function lists(leads: readonly CloudLead[]): { database: Database; thread: ListThread } {
  const database = testDatabase();
  database.write.transaction(() => leads.forEach((lead) => putLead(database.write, lead)));
  const file = new URL('../../list-worker.ts', import.meta.url);
  const thread = new ListThread({ path: database.path, me, file, logger: silentLogger });
  onTestFinished(async () => {
    thread.dispose();
    await thread.ended();
  });
  return { database, thread };
}
const list = (query: Parameters<typeof leadQuery.parse>[0]): QueueSource => ({ of: 'list', query: leadQuery.parse(query) }); // prettier-ignore
const ask = (source: QueueSource, part: Partial<QueueAsk> = {}): QueueAsk => ({
  source,
  rules,
  poolRules: null,
  queued: [],
  ...part,
});

describe('a queue of a whole list', () => {
  it('calls its hits in their order, and leaves out whom the gate refuses whenever it is asked', async () => {
    const { database, thread } = lists(
      Array.from({ length: 450 }, (_, n) => sampleLead(n, n % 100 === 7 ? { phone: null } : {})),
    );
    const [listed, queued] = [sampleLead(20), sampleLead(30)];
    putListing(database.write, {
      ...{ id: idOf(900), list: 'blacklist', number: listed.phone ?? '', reason: '投诉', state: 'approved' },
      ...{ expiresAt: null, requestedAt: 0, own: false, decisionNote: '' },
    });
    const seen: ChoiceProgress[] = [];
    const { answer } = thread.choose(
      ask(list({ sort: 'newest', descending: true }), { queued: [queued.id] }),
      (progress) => void seen.push(progress),
    );
    const { leadIds, leftOut, beyond } = await answer;
    expect([leadIds.length, beyond, leadIds.slice(0, 3)]).toEqual([443, 0, [449, 448, 447].map(idOf)]);
    expect(leftOut).toMatchObject({ 'no-number': 5, blacklisted: 1, queued: 1 });
    expect(seen).toEqual([200, 400, 450].map((looked) => ({ looked, of: 450 })));
    const some = await thread.choose(ask(list({ filters: { hasPhone: false } })), () => undefined).answer;
    expect([some.leadIds, some.leftOut['no-number']]).toEqual([[], 5]);
  });

  it('takes what was ticked as it was ticked, and what is suggested; who is gone is nobody', async () => {
    const { database, thread } = lists([
      sampleLead(1, { ownerId: me, claimedAt: 5 }),
      sampleLead(2, { ownerId: me, claimedAt: 3 }),
      sampleLead(3, { ownerId: idOf(800), claimedAt: 1 }),
      sampleLead(4),
    ]);
    noteCall(database.write, idOf(4), { at: 7, answered: true, outcome: null });
    removeLead(database.write, idOf(2));
    const ticked: QueueSource = { of: 'leads', ids: [4, 2, 3, 1].map(idOf) };
    expect(await thread.choose(ask(ticked), () => undefined).answer).toMatchObject({
      leadIds: [4, 1].map(idOf),
      leftOut: { colleague: 1 },
      beyond: 0,
    });
    const longest = { rules: { ...rules, order: 'longest-uncalled', colleagues: true } } as const;
    expect((await thread.choose(ask(ticked, longest), () => undefined).answer).leadIds).toEqual([3, 1, 4].map(idOf));
    const suggested = ask({ of: 'suggestion', kind: 'never-called' }, { poolRules: defaultPoolRules });
    expect((await thread.choose(suggested, () => undefined).answer).leadIds).toEqual([idOf(1)]);
  });

  it('is given up in the middle, and others are answered meanwhile', async () => {
    const { thread } = lists(Array.from({ length: 2_000 }, (_, n) => sampleLead(n)));
    const seen: number[] = [];
    const first = Promise.withResolvers<void>();
    const asked = thread.choose(ask(list({})), ({ looked }) => {
      seen.push(looked);
      first.resolve();
    });
    await first.promise;
    asked.giveUp();
    await expect(asked.answer).rejects.toMatchObject({ code: 'cancelled' });
    const before = seen.length;
    expect((await thread.page(leadQuery.parse({}), { offset: 0, limit: 1 })).total).toBe(2_000);
    expect(seen.length).toBe(before);
  });
});

describe('the stream of a choice', () => {
  const args = { source: { of: 'leads', ids: [leadIdOf(1)] }, order: 'given', dead: true, colleagues: false } as const;
  const leftOut = { queued: 1, 'no-number': 2 } as never;

  it('tells how far it is and what came of it; there is room for as many as the queue has not', async () => {
    const q = new QueueDesk();
    await q.create([1, 2]);
    const asks: QueueAsk[] = [];
    q.choosing = {
      choose(given, progress) {
        asks.push(given);
        progress({ looked: 3, of: 9 });
        return { answer: Promise.resolve({ leadIds: [leadIdOf(3)], leftOut, beyond: 5 }), giveUp: () => undefined };
      },
    };
    const said: QueueChoiceState[] = [];
    q.queue.sources['dialQueue.choice'](
      { ...args, source: { of: 'leads', ids: [leadIdOf(1)] } },
      { item: (item) => void said.push(item as QueueChoiceState), fail: () => undefined },
      { peer: { kind: 'in-process', id: 'test' }, after: undefined },
    );
    await q.pass(0);
    expect(asks[0]).toMatchObject({
      rules: { room: 4_998, dead: true, order: 'given' },
      queued: [leadIdOf(1), leadIdOf(2)],
    });
    expect(said).toEqual([
      { looked: 3, of: 9, choice: null },
      { looked: 4, of: 9, choice: { leadIds: [leadIdOf(3)], leftOut, beyond: 5 } },
    ]);
  });

  it('gives it up with its last listener, and says nothing behind that', async () => {
    const q = new QueueDesk();
    let given = 0;
    q.choosing = { choose: () => ({ answer: Promise.resolve({ leadIds: [], leftOut, beyond: 0 }), giveUp: () => void (given += 1) }) }; // prettier-ignore
    const said: unknown[] = [];
    const stop = q.queue.sources['dialQueue.choice'](
      { ...args, source: { of: 'leads', ids: [leadIdOf(1)] } },
      { item: (item) => void said.push(item), fail: (error) => void said.push(error) },
      { peer: { kind: 'in-process', id: 'test' }, after: undefined },
    );
    stop();
    await q.pass(0);
    expect([given, said]).toEqual([1, []]);
  });
});
