import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudScript, CloudSession } from '#shared/cloud-contract/contract.ts';
import { scriptBounds } from '#shared/domain/call-script.ts';
import { startTestCloud, type Account, type TestCloud } from '../../testing/test-cloud.ts';

const url = '/v1/company/scripts';
let cloud: TestCloud;
let admin: CloudSession;
beforeAll(async () => {
  cloud = await startTestCloud();
  admin = await cloud.signIn('admin');
});
afterAll(() => cloud.close());

async function ask(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path = '', body?: object, session = admin) {
  const reply = await cloud.as(session, { method, url: `${url}${path}`, ...(body ? { body } : {}) });
  return { status: reply.statusCode, ...reply.json<{ id?: string; scripts?: object[]; error?: { code: string } }>() };
}
const make = async (title: string, active = true): Promise<string> =>
  (await ask('POST', '', { title, text: '# 开场\n您好', active })).id ?? '';

interface Desk {
  readonly rows: Map<string, CloudScript>;
  next: number;
}
const desks = new Map<Account, Desk>();

/** Titles at a desk of theirs, in their order: it reads on from where it was. */
async function titles(account: Account): Promise<string[]> {
  const desk = desks.get(account) ?? { rows: new Map<string, CloudScript>(), next: 0 };
  desks.set(account, desk);
  const { rows } = desk;
  const reply = await cloud.as(await cloud.signIn(account), { url: `/v1/changes?limit=500&after=${desk.next}` });
  const page = reply.json<{ next: number; changes: { type: string; id: string; row: CloudScript | null }[] }>();
  desk.next = page.next;
  for (const one of page.changes)
    if (one.type === 'script') {
      if (one.row) rows.set(one.id, one.row);
      else rows.delete(one.id);
    }
  return [...rows.values()].sort((one, other) => one.position - other.position).map(({ title }) => title);
}

describe('call scripts', () => {
  it('are written, put in order, switched off and removed by administrators, and at every desk while they are on', async () => {
    const [a, b] = [await make('首呼'), await make('回访')];
    expect(await titles('chen')).toEqual(['首呼', '回访']);
    expect(await titles('foreign-admin')).toEqual([]);
    await ask('PUT', '/order', { ids: [b, a] });
    expect(await titles('zhao')).toEqual(['回访', '首呼']);
    await ask('PATCH', `/${b}`, { active: false });
    expect(await titles('chen')).toEqual(['首呼']);
    expect((await ask('GET')).scripts).toMatchObject([
      { id: b, active: false },
      { id: a, active: true },
    ]);
    await ask('PATCH', `/${b}`, { active: true, title: '老客户回访' });
    expect(await titles('chen')).toEqual(['老客户回访', '首呼']);
    await ask('DELETE', `/${b}`);
    expect(await titles('chen')).toEqual(['首呼']);
    const log = await cloud.asOwner.selectFrom('audit').select(['action', 'entityType', 'details']).where('entityId', '=', b).orderBy('id').execute(); // prettier-ignore
    expect(log).toMatchObject([
      { action: 'script.added', entityType: 'script' },
      { action: 'script.changed', details: { before: { enabled: true }, after: { enabled: false } } },
      { action: 'script.changed' },
      { action: 'script.removed' },
    ]);
  });

  it('are nobody else’s to write, and no more than anybody finds one in', async () => {
    for (const account of ['chen', 'zhao'] as const) {
      const session = await cloud.signIn(account);
      for (const [method, path, body] of [['GET', '', undefined], ['POST', '', { title: 'x', text: 'x', active: true }]] as const)
        expect(await ask(method, path, body, session)).toMatchObject({ error: { code: 'access.denied' } });
    } // prettier-ignore
    expect(await ask('PUT', '/order', { ids: [] })).toMatchObject({ error: { code: 'sync.conflict' } });
    expect(await ask('POST', '', { title: 'x', text: ' ', active: true })).toMatchObject({ error: { code: 'input.invalid' } }); // prettier-ignore
    const there = (await ask('GET')).scripts?.length ?? 0;
    for (let n = there; n < scriptBounds.most; n += 1) await make(`第 ${n} 份`);
    expect(await ask('POST', '', { title: 'x', text: 'x', active: true })).toMatchObject({ error: { code: 'script.too-many' } }); // prettier-ignore
  });
});
