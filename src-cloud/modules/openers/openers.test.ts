import { createHash, randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import type { CloudOpener, CloudSession } from '#shared/cloud-contract/contract.ts';
import { systemClock } from '../../main/system.ts';
import { clipFile, startTestCloud, type Account, type TestCloud } from '../../testing/test-cloud.ts';
import { purgeRecordings } from '../recordings/index.ts';
import { sweepOpenerSounds } from './index.ts';

const url = '/v1/company/openers';
let cloud: TestCloud;
let admin: CloudSession;
let chen: CloudSession;
/** 销售一部, of chen and zhao; lin works in another one. */
let departmentId: string;
beforeAll(async () => {
  cloud = await startTestCloud();
  [admin, chen] = [await cloud.signIn('admin'), await cloud.signIn('chen')];
  const found = await cloud.asOwner.selectFrom('department').select('id').where('name', '=', '销售一部').execute();
  departmentId = found[0]?.id ?? '';
});
afterAll(() => cloud.close());

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
async function send(bytes: Buffer, sha256 = hashOf(bytes), session = admin) {
  const headers = { 'content-type': 'application/octet-stream' };
  const reply = await cloud.as(session, { method: 'PUT', url: `/v1/openers/sounds/${sha256}`, headers, payload: bytes });
  return { status: reply.statusCode, sha256, ...reply.json<{ durationMs?: number; error?: { code: string } }>() };
}
async function ask(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: object, session = admin) {
  const reply = await cloud.as(session, { method, url: `${url}${path}`, ...(body ? { body } : {}) });
  return { status: reply.statusCode, ...reply.json<{ id?: string; error?: { code: string } }>() };
}
const fields = { text: '您好', departmentIds: null, enabled: true, isDefault: false };
async function make(name: string, change: object = {}): Promise<string> {
  const { sha256 } = await send(clipFile(800 + made * 8));
  made += 1;
  const { id } = await ask('POST', '', { ...fields, name, sha256, ...change });
  if (!id) throw new Error('not made');
  return id;
}
let made = 0;

/** What a desk of theirs has when it has pulled everything. */
async function onDesk(account: Account): Promise<CloudOpener[]> {
  const rows = new Map<string, CloudOpener>();
  const reply = await cloud.as(await cloud.signIn(account), { url: '/v1/changes?limit=500' });
  for (const one of reply.json<{ changes: { type: string; id: string; row: CloudOpener | null }[] }>().changes)
    if (one.type === 'opener') {
      if (one.row) rows.set(one.id, one.row);
      else rows.delete(one.id);
    }
  return [...rows.values()].sort((a, b) => a.position - b.position);
}
const names = async (account: Account) => (await onDesk(account)).map(({ name }) => name);
const sound = async (account: Account, sha256: string) =>
  cloud.as(await cloud.signIn(account), { url: `/v1/openers/sounds/${sha256}` });

describe('openers of a company', () => {
  it('reach the desks that they are for, with a sound that has its hash', async () => {
    const forAll = await make('全公司');
    await make('一部', { departmentIds: [departmentId], isDefault: true });
    const off = await make('停用', { enabled: false });
    expect(await names('chen')).toEqual(['全公司', '一部']);
    expect(await names('lin')).toEqual(['全公司']);
    expect(await names('foreign-admin')).toEqual([]);
    const [first, second] = await onDesk('chen');
    expect([first, second]).toMatchObject([
      { id: forAll, ofDepartment: false, isDefault: false, text: '您好' },
      { ofDepartment: true, isDefault: true },
    ]);
    const file = await sound('chen', second?.sha256 ?? '');
    expect([hashOf(file.rawPayload), file.rawPayload.length]).toEqual([second?.sha256, second?.bytes]);
    const codes = [sound('lin', second?.sha256 ?? ''), sound('foreign-admin', second?.sha256 ?? ''), sound('admin', second?.sha256 ?? '')]; // prettier-ignore
    expect((await Promise.all(codes)).map(({ statusCode }) => statusCode)).toEqual([404, 404, 200]);
    await ask('PATCH', `/${off}`, { enabled: true });
    await ask('PATCH', `/${forAll}`, { departmentIds: [departmentId] });
    expect(await names('lin')).toEqual(['停用']);
    await ask('DELETE', `/${off}`);
    expect(await names('lin')).toEqual([]);
  });

  it('have one default for everybody and one for a department, whatever the order of asking', async () => {
    const [a, b] = [await make('甲', { isDefault: true }), await make('乙')];
    expect((await onDesk('lin')).filter((one) => one.isDefault).map(({ id }) => id)).toEqual([a]);
    await ask('PATCH', `/${b}`, { isDefault: true });
    expect((await onDesk('lin')).filter((one) => one.isDefault).map(({ id }) => id)).toEqual([b]);
    expect((await onDesk('chen')).filter((one) => one.isDefault).map(({ name }) => name)).toEqual(['一部', '乙']);
  });

  it('are put into another order by who has seen all of them', async () => {
    const reply = await cloud.as(admin, { url });
    const ids = reply.json<{ openers: { id: string }[] }>().openers.map(({ id }) => id);
    expect((await ask('PUT', '/order', { ids: [...ids].reverse() })).status).toBe(200);
    expect((await cloud.as(admin, { url })).json<{ openers: { id: string }[] }>().openers.map(({ id }) => id)).toEqual(
      [...ids].reverse(),
    );
    for (const wrong of [ids.slice(1), [...ids.slice(1), ids[1] ?? ''], [...ids, admin.employee.id]])
      expect(await ask('PUT', '/order', { ids: wrong })).toMatchObject({ error: { code: 'sync.conflict' } });
  });

  it('are kept by administrators alone, of sounds and departments that are there', async () => {
    const { sha256 } = await send(clipFile(900));
    const zhao = await cloud.signIn('zhao');
    for (const session of [zhao, chen]) {
      expect(await ask('POST', '', { ...fields, name: 'x', sha256 }, session)).toMatchObject({ error: { code: 'access.denied' } }); // prettier-ignore
      expect(await send(clipFile(901), undefined, session)).toMatchObject({ error: { code: 'access.denied' } });
    }
    const code = async (change: object) => (await ask('POST', '', { ...fields, name: 'x', sha256, ...change })).error?.code; // prettier-ignore
    expect(await code({ sha256: 'a'.repeat(64) })).toBe('opener.sound-damaged');
    expect(await code({ departmentIds: [admin.employee.id] })).toBe('not-found');
    expect(await code({ departmentIds: [] })).toBe('input.invalid');
    expect(await code({ name: ' ' })).toBe('input.invalid');
    const foreign = await cloud.signIn('foreign-admin');
    expect((await ask('POST', '', { ...fields, name: 'x', sha256 }, foreign)).error?.code).toBe('opener.sound-damaged');
  });

  it('are written down with what changed', async () => {
    const id = await make('丙');
    await ask('PATCH', `/${id}`, { name: '丁', departmentIds: [departmentId] });
    await ask('PATCH', `/${id}`, { name: '丁' });
    await ask('DELETE', `/${id}`);
    const log = await cloud.asOwner.selectFrom('audit').select(['action', 'details']).where('entityId', '=', id).orderBy('id').execute(); // prettier-ignore
    expect(log).toMatchObject([
      { action: 'opener.added', details: { after: { name: '丙', departments: null } } },
      { action: 'opener.changed', details: { before: { name: '丙' }, after: { name: '丁', departments: '销售一部' } } },
      { action: 'opener.removed' },
    ]);
  });
});

describe('a sound', () => {
  it('is taken whole and as it is played, or not at all', async () => {
    const file = clipFile(1000);
    expect(await send(file)).toMatchObject({ status: 200, durationMs: 1000 });
    expect(await send(file)).toMatchObject({ status: 200 });
    const code = async (bytes: Buffer, sha256?: string) => (await send(bytes, sha256)).error?.code;
    expect(await code(file, 'b'.repeat(64))).toBe('opener.sound-damaged');
    expect(await code(file.subarray(0, -2))).toBe('opener.not-audio');
    expect(await code(randomBytes(5000))).toBe('opener.not-audio');
    expect(await code(clipFile(100))).toBe('opener.too-short');
    expect(await code(clipFile(61_000))).toBe('opener.too-long');
    const names = await readdir(join(cloud.deps.recordingsDir, admin.company.id));
    expect(names.filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('that no opener names goes a day later, one that is named stays, whatever becomes of recordings', async () => {
    const named = await make('留');
    const kept = (await cloud.as(admin, { url })).json<{ openers: { id: string; sha256: string }[] }>().openers.find(({ id }) => id === named)?.sha256; // prettier-ignore
    const { sha256 } = await send(clipFile(1200));
    const clock = new ManualClock(systemClock.now() + 23 * 3_600_000);
    const deps = { ...cloud.deps, clock };
    const here = async () => (await readdir(join(cloud.deps.recordingsDir, admin.company.id))).filter((name) => name === sha256 || name === kept).length; // prettier-ignore
    await sweepOpenerSounds(deps);
    expect(await here()).toBe(2);
    clock.advance(2 * 3_600_000);
    await cloud.asOwner.insertInto('recordingRule').values({ companyId: admin.company.id, keepDays: 1 }).execute();
    await purgeRecordings({ ...deps, clock: new ManualClock(clock.now() + 400 * 86_400_000) });
    expect(await sweepOpenerSounds(deps)).toBeGreaterThan(0);
    expect(await here()).toBe(1);
    expect(await ask('POST', '', { ...fields, name: 'x', sha256 })).toMatchObject({ error: { code: 'opener.sound-damaged' } }); // prettier-ignore
    // A file that is lost is not served, and sent again it is back.
    await rm(join(cloud.deps.recordingsDir, admin.company.id, kept ?? ''));
    expect((await sound('admin', kept ?? '')).statusCode).toBe(404);
  });
});
