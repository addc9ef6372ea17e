import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leadQuery } from '#shared/desk-contract/areas/leads.ts';
import type { LeadPlace } from '#shared/domain/vocabulary.ts';
import { createDeskHost } from '#main/demo/desk-host.ts';
import { enterDemo, openClient, startTestDesk, until, type Client, type TestDesk } from '#tests/support/desk.ts';

/** Real desks on one cloud: who loses a race is told, and who is given leads by somebody else. */
let here: TestDesk;
let chen: Client;
let lin: Client;
let zhao: Client;

async function deskOf(account: string): Promise<Client> {
  const client = openClient(await here.host.openDesk(account));
  await enterDemo(client, account);
  await inStep(client);
  return client;
}
const inStep = (client: Client): Promise<unknown> =>
  until(client, 'sync.state', null, ({ state, reading }) => state === 'synced' && reading === null);
const list = async (client: Client, place: LeadPlace, handed: string | null = null) =>
  client.call('leads.list', { query: leadQuery.parse({ place, filters: { handed } }), offset: 0, limit: 100 });

beforeAll(async () => {
  here = await startTestDesk(createDeskHost);
  chen = here.client;
  await enterDemo(chen, 'chen');
  await inStep(chen);
  lin = await deskOf('lin');
  zhao = await deskOf('zhao');
}, 120_000);
afterAll(async () => {
  for (const client of [lin, zhao]) client.dispose();
  await here.close();
});

describe('a race', () => {
  it('of two desks for the same lead has one winner, whom the loser is told of, with the time', async () => {
    const [lead] = (await list(chen, 'library')).rows;
    const ids = [lead?.id ?? ''];
    const before = Date.now();
    await Promise.all([chen, lin].map((client) => client.call('leads.claim', { ids })));
    const refused = (client: Client) => until(client, 'leads.refused', null, (item) => item.groups.length > 0);
    const chenLost = refused(chen).then(() => true);
    const linLost = refused(lin).then(() => false);
    // Nobody refuses the winner anything: theirs ends with the test's own time.
    for (const waiting of [chenLost, linLost]) waiting.catch(() => undefined);
    const [loser, victor, winner] = (await Promise.race([chenLost, linLost])) ? ([chen, lin, '林可'] as const) : ([lin, chen, '陈晓'] as const); // prettier-ignore
    await victor.call('sync.now', null);
    expect(await victor.call('leads.get', { id: ids[0] ?? '' })).toMatchObject({ following: 'me', wish: null });
    expect(await loser.attempt('leads.get', { id: ids[0] ?? '' })).toMatchObject({ ok: false });
    const { groups } = await refused(loser);
    expect(groups).toMatchObject([{ kind: 'lead-claim', code: 'lead.taken', by: winner, count: 1, first: [{ subject: lead?.companyName }] }]); // prettier-ignore
    expect(Number(groups[0]?.first[0]?.problem.details['takenAt'])).toBeGreaterThan(before - 1000);
    await loser.call('leads.settleRefused', { reason: { kind: 'lead-claim', code: 'lead.taken', by: winner }, how: 'dismiss' }); // prettier-ignore
    await until(loser, 'leads.refused', null, (item) => item.groups.length === 0);
    await until(loser, 'sync.state', null, ({ refused }) => refused === 0);
  });
});

describe('leads that a manager gives', () => {
  it('are told as one, with from whom, and are the list that it opens; taken away again they are told as gone', async () => {
    const { people } = await zhao.call('leads.assignees', null);
    const to = people.find(({ name }) => name === '陈晓')?.id ?? '';
    const ids = (await list(zhao, 'library')).rows.slice(0, 30).map(({ id }) => id);
    await zhao.call('leads.assign', { gifts: [{ to, ids }] });
    const { batches } = await until(chen, 'leads.handed', null, (item) => item.batches[0]?.count === 30);
    expect(batches).toMatchObject([{ kind: 'given', by: '赵明', count: 30 }]);
    const { rows, total } = await list(chen, 'followed', batches[0]?.id ?? '');
    expect([total, new Set(rows.map(({ id }) => id))]).toEqual([30, new Set(ids)]);
    // Who gave them is told of nothing.
    await inStep(zhao);
    const zhaos = await until(zhao, 'leads.handed', null, () => true);
    expect(zhaos.batches).toEqual([]);
    await chen.call('leads.handedSeen', { batch: batches[0]?.id ?? '' });
    await until(chen, 'leads.handed', null, (item) => item.batches.length === 0);
    const one = people.find(({ name }) => name === '赵明')?.id ?? '';
    await zhao.call('leads.assign', { gifts: [{ to: one, ids: ids.slice(2, 5) }] });
    const lost = await until(chen, 'leads.handed', null, (item) => item.batches.reduce((sum, { count }) => sum + count, 0) === 3); // prettier-ignore
    expect(lost.batches).toMatchObject([{ kind: 'gone', by: null, count: 3 }]);
  });
});
