import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import type { CloudChangeType, CloudSession } from '#shared/cloud-contract/contract.ts';
import { defaultCallRules } from '#shared/domain/call-rules.ts';
import { quotaPeriodOf } from '#shared/domain/quotas.ts';
import { sqlName } from '../database/access.ts';
import { newId } from '../main/system.ts';
import { markedAccount } from '../testing/marked-rows.ts';
import { readStream } from '../testing/read-stream.ts';
import { clipFile, makeCall, pushCall, startTestCloud, type TestCloud } from '../testing/test-cloud.ts';
import { auditKeptMs, mortals, pruneHistory } from './prune-history.ts';

const dayMs = 86_400_000;
const changesMs = 30 * dayMs;

let cloud: TestCloud;
let clock: ManualClock;
let chen: CloudSession;
let admin: CloudSession;
let companyId: string;
/** 销售一部, where chen works. */
let departmentId: string;
beforeAll(async () => {
  clock = new ManualClock(Date.now());
  cloud = await startTestCloud({ clock });
  await later(0);
  companyId = admin.company.id;
  const found = await cloud.asOwner.selectFrom('department').select('id').where('name', '=', '销售一部').execute();
  departmentId = found[0]?.id ?? '';
});
afterAll(() => cloud.close());

/** Sessions are shorter than that. */
async function later(ms: number): Promise<void> {
  clock.advance(ms);
  [chen, admin] = [await cloud.signIn('chen'), await cloud.signIn('admin')];
}
const prune = (): Promise<void> => pruneHistory(cloud.deps, { changesMs, graceMs: 0 });
/** Something behind what a test looks at: the newest entry never goes. */
const lateCall = (): Promise<void> => pushCall(cloud, chen, makeCall(chen.employee.id));

const readOn = (after = 0) => readStream(cloud, chen, after, 7);

async function ask(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<string> {
  const reply = await cloud.as(admin, { method, url: `/v1/company/${path}`, ...(body ? { body } : {}) });
  expect([path, reply.statusCode, reply.body]).toEqual([path, 200, expect.anything()]);
  return reply.json<{ id?: string }>().id ?? '';
}
async function makeOpener(): Promise<string> {
  const payload = clipFile(800);
  const sha256 = createHash('sha256').update(payload).digest('hex');
  const headers = { 'content-type': 'application/octet-stream' };
  await cloud.as(admin, { method: 'PUT', url: `/v1/openers/sounds/${sha256}`, headers, payload });
  const fields = { text: '您好', departmentIds: null, enabled: true, isDefault: false };
  return ask('POST', 'openers', { ...fields, name: '开场', sha256 });
}
async function makeRules(path: string, rules: object): Promise<string> {
  await ask('PUT', `${path}/${departmentId}`, { ...rules, base: 0 });
  return departmentId;
}
/** One that was taken off, so that its row goes with the end of the log that tells of it. */
async function forgetListing(id: string): Promise<void> {
  await ask('DELETE', `listings/${id}`);
  await later(auditKeptMs + 32 * dayMs);
  await prune();
}

type Kind = Exclude<
  CloudChangeType,
  'company' | 'employee' | 'call' | 'recording' | 'note' | 'lead' | 'outcome-set' | 'callee'
>;
interface Life {
  readonly table: Parameters<typeof sqlName>[0];
  /** For chen's desk. @returns its id */
  make(): Promise<string>;
  remove(id: string): Promise<unknown>;
}
const poolRules = { claimsPerDay: 10, holdLimit: 50, formerOwnerDays: 1, idleDays: null, heldDays: null, join: 'any', newLeadDays: 0, keepInterested: false, warnDays: 3 }; // prettier-ignore
const lives: Record<Kind, Life> = {
  listing: {
    table: 'listing',
    make: () => ask('POST', 'listings', { list: 'blacklist', number: '+8615400005101', reason: '', expiresAt: null }),
    remove: forgetListing,
  },
  'sip-account': {
    table: 'sipAccount',
    make: () => ask('POST', 'sip-accounts', { account: markedAccount, password: 'sieben-rote-Lampen', turnPassword: null, employeeId: chen.employee.id }), // prettier-ignore
    remove: (id) => ask('DELETE', `sip-accounts/${id}`),
  },
  'capability-number': {
    table: 'capabilityNumber',
    make: () => ask('POST', 'capability-numbers', { number: '+8615400005102', answeringNumber: '', usage: 'outbound', employeeId: null, departmentId, note: '' }), // prettier-ignore
    remove: (id) => ask('DELETE', `capability-numbers/${id}`),
  },
  opener: { table: 'opener', make: makeOpener, remove: (id) => ask('DELETE', `openers/${id}`) },
  snippet: {
    table: 'snippet',
    make: () => ask('POST', 'snippets', { category: '开场', title: '问候', text: '您好' }),
    remove: (id) => ask('DELETE', `snippets/${id}`),
  },
  script: {
    table: 'callScript',
    make: () => ask('POST', 'scripts', { title: '首呼', text: '您好', active: true }),
    remove: (id) => ask('DELETE', `scripts/${id}`),
  },
  'call-rules': {
    table: 'callRules',
    make: () => makeRules('call-rules', defaultCallRules),
    remove: (id) => ask('DELETE', `call-rules/${id}`),
  },
  'pool-rules': {
    table: 'poolRules',
    make: () => makeRules('pool-rules', poolRules),
    remove: (id) => ask('DELETE', `pool-rules/${id}`),
  },
};

describe('entries of rows that are gone', () => {
  it('are those of every kind that desks are told the end of', () => {
    const told = Object.entries(mortals).filter(([, mortal]) => mortal !== 'stays' && mortal.told);
    expect(told.map(([type]) => type).sort()).toEqual([...Object.keys(lives), 'lead'].sort());
  });

  it.each(Object.entries(lives))('of %s are told for as long as they are kept, then the floor tells of them', async (type, { make, remove }) => {
    const id = await make();
    const name = `${type} ${id}`;
    const away = await readOn();
    expect(away.ids.get(name)).toBe(true);
    await remove(id);
    const removedAt = (await readOn()).next;
    await lateCall();
    await later(changesMs - 1000);
    await prune();
    const short = await readOn(away.next);
    expect([short.ids.get(name), short.floor > away.next]).toEqual([false, false]);
    await later(2000);
    await prune();
    const long = await readOn(away.next);
    expect([long.ids.has(name), long.floor]).toEqual([false, removedAt]);
    // Who begins anew, which is what the floor makes a desk do, hears nothing of it.
    expect((await readOn()).ids.has(name)).toBe(false);
    expect(await entriesOf(type, id)).toEqual([]);
  }); // prettier-ignore

  it('are in the end none: of every other row there is one entry', async () => {
    for (const { make, remove } of Object.values(lives)) await remove(await make());
    const kept = await lives['capability-number'].make();
    await later(changesMs + 1000);
    await lateCall();
    await prune();
    const entries = await entriesOf();
    const names = entries.map(({ type, entityId }) => `${type} ${entityId}`);
    expect(names).toContain(`capability-number ${kept}`);
    expect(new Set(names).size).toBe(names.length);
    for (const [type, { table }] of Object.entries(lives)) {
      const { rows } = await sql<{ id: string }>`SELECT id FROM ${sql.id(sqlName(table))} WHERE company_id = ${companyId}`.execute(cloud.asOwner); // prettier-ignore
      const living = new Set(rows.map(({ id }) => id));
      expect(entries.filter((one) => one.type === type && !living.has(one.entityId))).toEqual([]);
    }
  });
});

const entriesOf = (type?: string, id?: string) =>
  cloud.asOwner
    .selectFrom('change')
    .select(['type', 'entityId'])
    .where('companyId', '=', companyId)
    .$if(type !== undefined, (query) => query.where('type', '=', type as CloudChangeType).where('entityId', '=', id ?? ''))
    .execute(); // prettier-ignore

describe('entries of lists', () => {
  it('go when they bar nobody any more and the log no longer tells of them; what holds or waits stays', async () => {
    const put = (number: string, expiresAt: number | null) =>
      ask('POST', 'listings', { list: 'invalid', number, reason: '', expiresAt });
    const holds = await put('+8615400005201', null);
    const runsOut = await put('+8615400005202', clock.now() + dayMs);
    const off = await put('+8615400005203', null);
    await ask('DELETE', `listings/${off}`);
    const waits = newId();
    const row = { id: waits, list: 'blacklist', number: '+8615400005204', reason: '', callId: null, requestedAt: 5 };
    const body = { deviceId: 'd', ops: [{ opId: newId(), type: 'listing.request', row }] };
    await cloud.as(chen, { method: 'POST', url: '/v1/sync/push', body });
    const left = async (): Promise<string[]> =>
      (await cloud.asOwner.selectFrom('listing').select('id').where('id', 'in', [holds, runsOut, off, waits]).execute()).map(({ id }) => id).sort(); // prettier-ignore
    await later(auditKeptMs);
    await prune();
    expect(await left()).toEqual([holds, runsOut, off, waits].sort());
    await later(33 * dayMs);
    await Promise.all([prune(), prune()]);
    expect(await left()).toEqual([holds, waits].sort());
  });
});

describe('what was used up of quotas', () => {
  it('goes with its period; what the page of quotas shows stays', async () => {
    const now = clock.now();
    const starts = {
      day: [0, 6, 9, 40].map((days) => quotaPeriodOf('day', now - days * dayMs).start),
      month: [0, 45, 80].map((days) => quotaPeriodOf('month', now - days * dayMs).start),
    };
    const rows = (['day', 'month'] as const).flatMap((period) =>
      starts[period].map((start) => ({ companyId, kind: 'recording.download' as const, period, pot: companyId, start, spent: 3 })),
    ); // prettier-ignore
    await cloud.asOwner.insertInto('quotaUse').values(rows).execute();
    await prune();
    const left = await cloud.asOwner.selectFrom('quotaUse').select(['period', 'start']).where('companyId', '=', companyId).orderBy('start', 'desc').execute(); // prettier-ignore
    const of = (period: string) => left.filter((one) => one.period === period).map(({ start }) => start);
    expect([of('day'), of('month')]).toEqual([starts.day.slice(0, 2), starts.month.slice(0, 1)]);
    const page = (await cloud.as(admin, { url: '/v1/company/quotas' })).statusCode;
    expect(page).toBe(200);
  });
});
