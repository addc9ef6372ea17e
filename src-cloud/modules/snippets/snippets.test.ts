import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudSession, CloudSnippet, PushResult } from '#shared/cloud-contract/contract.ts';
import { newId } from '../../main/system.ts';
import { startTestCloud, type Account, type TestCloud } from '../../testing/test-cloud.ts';

const url = '/v1/company/snippets';
let cloud: TestCloud;
let admin: CloudSession;
let chen: CloudSession;
beforeAll(async () => {
  cloud = await startTestCloud();
  [admin, chen] = [await cloud.signIn('admin'), await cloud.signIn('chen')];
});
afterAll(() => cloud.close());

async function ask(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: object, session = admin) {
  const reply = await cloud.as(session, { method, url: `${url}${path}`, ...(body ? { body } : {}) });
  return { status: reply.statusCode, ...reply.json<{ id?: string; error?: { code: string } }>() };
}
const words = { category: '开场', title: '问候', text: '{客户姓名}您好，我是{我的姓名}。' };
const make = async (title: string): Promise<string> => (await ask('POST', '', { ...words, title })).id ?? '';

async function push(type: string, row: object, session = chen, deviceId = 'one', opId = newId()) {
  const body = { deviceId, ops: [{ opId, type, row }] };
  const reply = await cloud.as(session, { method: 'POST', url: '/v1/sync/push', body });
  return reply.json<{ results: PushResult[] }>().results[0];
}
const put = (id: string, base: number, change: object = {}, session = chen, device = 'one') =>
  push('snippet.put', { id, base, ...words, ...change }, session, device);

/** What a desk of theirs has when it has pulled everything. */
async function onDesk(account: Account): Promise<CloudSnippet[]> {
  const rows = new Map<string, CloudSnippet>();
  const reply = await cloud.as(await cloud.signIn(account), { url: '/v1/changes?limit=500' });
  for (const one of reply.json<{ changes: { type: string; id: string; row: CloudSnippet | null }[] }>().changes)
    if (one.type === 'snippet') {
      if (one.row) rows.set(one.id, one.row);
      else rows.delete(one.id);
    }
  return [...rows.values()].sort((a, b) => a.position - b.position);
}
const titles = async (account: Account) => (await onDesk(account)).map(({ title }) => title);

describe('a file of snippets', () => {
  it('goes to the end of the company’s, but for what is there already; the log tells how many, once', async () => {
    const before = await make('甲');
    const rows = [{ ...words, title: '甲' }, { ...words, title: '乙' }, { category: '', title: '丙', text: '报价含税' }, { ...words, title: '乙' }]; // prettier-ignore
    expect(await ask('POST', '/import', { rows })).toMatchObject({ status: 200, added: 2 });
    expect(await titles('chen')).toEqual(['甲', '乙', '丙']);
    expect(await ask('POST', '/import', { rows })).toMatchObject({ added: 0 });
    expect(await ask('POST', '/import', { rows }, chen)).toMatchObject({ error: { code: 'access.denied' } });
    expect(await ask('POST', '/import', { rows: [{ ...words, text: ' ' }] })).toMatchObject({
      error: { code: 'input.invalid' },
    });
    const log = await cloud.asOwner.selectFrom('audit').select(['details']).where('action', '=', 'snippet.imported').execute(); // prettier-ignore
    expect(log).toEqual([{ details: { after: { count: 2 } } }]);
    for (const { id } of await onDesk('chen')) await ask('DELETE', `/${id}`);
    expect(before).not.toBe('');
  });
});

describe('snippets of the company', () => {
  it('are at every desk of it in their order, and written by administrators alone', async () => {
    const [a, b] = [await make('甲'), await make('乙')];
    expect(await titles('chen')).toEqual(['甲', '乙']);
    expect(await titles('lin')).toEqual(['甲', '乙']);
    expect(await titles('foreign-admin')).toEqual([]);
    expect((await ask('PUT', '/order', { ids: [b, a] })).status).toBe(200);
    expect(await titles('chen')).toEqual(['乙', '甲']);
    expect(await ask('PUT', '/order', { ids: [b] })).toMatchObject({ error: { code: 'sync.conflict' } });
    await ask('PATCH', `/${a}`, { title: '丙' });
    await ask('DELETE', `/${b}`);
    expect(await titles('lin')).toEqual(['丙']);
    for (const session of [chen, await cloud.signIn('zhao')])
      expect(await ask('POST', '', words, session)).toMatchObject({ error: { code: 'access.denied' } });
    expect(await ask('POST', '', { ...words, text: '  ' })).toMatchObject({ error: { code: 'input.invalid' } });
    const log = await cloud.asOwner.selectFrom('audit').select(['action', 'details']).where('entityId', '=', a).orderBy('id').execute(); // prettier-ignore
    expect(log).toMatchObject([
      { action: 'snippet.added' },
      { action: 'snippet.changed', details: { before: { title: '甲' }, after: { title: '丙' } } },
    ]);
  });
});

describe('snippets of a person', () => {
  it('are theirs alone, at each of their desks, and no manager’s or administrator’s', async () => {
    const id = newId();
    expect(await put(id, 0, { title: '我的' })).toMatchObject({ status: 'applied' });
    expect((await onDesk('chen')).find((one) => one.own)).toMatchObject({ id, title: '我的', version: 1 });
    for (const account of ['lin', 'zhao', 'admin', 'foreign-admin'] as const)
      expect((await onDesk(account)).filter((one) => one.own)).toEqual([]);
    expect(JSON.stringify((await cloud.as(admin, { url })).json())).not.toContain('我的"');
    expect(await ask('DELETE', `/${id}`)).toMatchObject({ error: { code: 'not-found' } });
    expect(await put(id, 1, {}, await cloud.signIn('lin'))).toMatchObject({ status: 'rejected', code: 'not-found', row: null }); // prettier-ignore
    expect(await push('snippet.remove', { id }, await cloud.signIn('lin'))).toMatchObject({ code: 'not-found' });
    // Nor is the company's anybody's own.
    const [ofCompany] = await onDesk('lin');
    expect(await put(ofCompany?.id ?? '', ofCompany?.version ?? 0)).toMatchObject({ code: 'not-found' });
  });

  it('are written by who has seen the newest; who has not is told what stands, and a desk knows its own writes', async () => {
    const id = newId();
    await put(id, 0);
    // Twice offline, the second before the answer to the first.
    expect(await put(id, 1, { title: '一' })).toMatchObject({ status: 'applied' });
    expect(await put(id, 1, { title: '二' })).toMatchObject({ status: 'applied' });
    const late = await put(id, 1, { title: '三' }, chen, 'two');
    expect(late).toMatchObject({ status: 'rejected', code: 'sync.conflict', row: { title: '二', version: 3 } });
    expect(await put(id, 3, { title: '三' }, chen, 'two')).toMatchObject({ status: 'applied' });
  });

  it('stand where their desk says, and stay there for a desk of before that does not', async () => {
    const [a, b, c] = [newId(), newId(), newId()];
    await put(a, 0, { title: '第一', position: 900_000 });
    await put(b, 0, { title: '第二', position: 901_024 });
    expect(await put(b, 1, { title: '第二', position: 899_000 })).toMatchObject({ status: 'applied' });
    await put(a, 1, { title: '第一' });
    await put(c, 0, { title: '第三' });
    expect((await titles('chen')).filter((title) => title.startsWith('第'))).toEqual(['第二', '第一', '第三']);
    expect(await put(a, 2, { position: 0 })).toMatchObject({ status: 'rejected' });
  });

  it('are put and removed once, however often it is sent, and stay removed', async () => {
    const [id, opId] = [newId(), newId()];
    const row = { id, base: 0, ...words };
    const both = [await push('snippet.put', row, chen, 'one', opId), await push('snippet.put', row, chen, 'one', opId)];
    expect(both).toMatchObject([{ status: 'applied' }, { status: 'applied' }]);
    expect((await onDesk('chen')).find((one) => one.id === id)).toMatchObject({ version: 1 });
    expect(await push('snippet.remove', { id })).toMatchObject({ status: 'applied' });
    expect(await push('snippet.remove', { id })).toMatchObject({ status: 'applied' });
    expect((await onDesk('chen')).some((one) => one.id === id)).toBe(false);
    expect(await put(id, 1, {}, chen, 'two')).toMatchObject({ code: 'sync.conflict', row: null });
    expect(await put(newId(), 3)).toMatchObject({ code: 'sync.conflict', row: null });
    expect(await push('snippet.remove', { id: newId() })).toMatchObject({ status: 'applied' });
  });
});
