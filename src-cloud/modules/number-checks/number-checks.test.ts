import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { ManualClock } from '#shared/base/clock.ts';
import type {
  CloudChange,
  CloudLead,
  CloudSession,
  RouteReply,
  checkNumbers,
} from '#shared/cloud-contract/contract.ts';
import { until } from '#tests/support/until.ts';
import { buildServer } from '../../app/build-server.ts';
import { newId } from '../../main/system.ts';
import { startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';
import { forgetChecks } from './forget.ts';
import type { CheckAnswer, NumberCheckProvider } from '../../app/number-check-provider.ts';

type Reply = RouteReply<typeof checkNumbers>;
const dayMs = 86_400_000;
const url = '/v1/number-checks';

/** A vendor that the test plays: each question waits in `asked` until it is answered. */
class Vendor implements NumberCheckProvider {
  readonly name = 'example-vendor';
  // Sample numbers are what there is; a real vendor is never asked about them.
  readonly kind = 'simulated';
  readonly family = 'batch-6';
  readonly batch = 3;
  readonly perSecond = Infinity;
  readonly asked: { readonly numbers: readonly string[]; answer(answer: CheckAnswer): void }[] = [];
  /** Instead of waiting. */
  next: ((numbers: readonly string[]) => CheckAnswer) | null = null;
  check(numbers: readonly string[]): Promise<CheckAnswer> {
    if (this.next) {
      this.asked.push({ numbers, answer: () => undefined });
      return Promise.resolve(this.next(numbers));
    }
    return new Promise((answer) => this.asked.push({ numbers, answer }));
  }
}
const all = (raw: string, state = 'valid' as const) => (numbers: readonly string[]): CheckAnswer =>
  ({ ok: true, found: new Map(numbers.map((number) => [number, { raw, state }])) }); // prettier-ignore

let cloud: TestCloud;
let clock: ManualClock;
let vendor: Vendor;
let app: FastifyInstance;
let chen: CloudSession;
let lin: CloudSession;
let admin: CloudSession;
let leads: CloudLead[];
beforeAll(async () => {
  clock = new ManualClock(Date.UTC(2026, 10, 23, 4, 0, 0));
  cloud = await startTestCloud({ clock });
  await later(0);
  leads = await leadsOf(admin);
});
afterAll(() => cloud.close());
beforeEach(async () => {
  vendor = new Vendor();
  app = await buildServer({ ...cloud.deps, numberChecks: vendor });
  onTestFinished(() => app.close());
  for (const table of ['numberCheck', 'quotaRule', 'quotaUse'] as const)
    await cloud.asOwner.deleteFrom(table).execute();
});
/** Sessions are shorter than that. */
async function later(ms: number): Promise<void> {
  clock.advance(ms);
  chen = await cloud.signIn('chen');
  lin = await cloud.signIn('lin');
  admin = await cloud.signIn('admin');
}

async function leadsOf(session: CloudSession, after = 0): Promise<CloudLead[]> {
  const reply = await cloud.as(session, { url: `/v1/changes?after=${after}&limit=500` });
  return reply.json<{ changes: CloudChange[] }>().changes.flatMap(({ type, row }) => (type === 'lead' && row ? [row as CloudLead] : [])); // prettier-ignore
}
const counter = async (): Promise<number> =>
  (await cloud.asOwner.selectFrom('companyCounter').select('seq').where('companyId', '=', admin.company.id).executeTakeFirstOrThrow()).seq; // prettier-ignore

const item = (lead: CloudLead | undefined, number = lead?.phone ?? '') => ({ leadId: lead?.id ?? '', number });
const some = (from: number, to: number) => leads.slice(from, to).map((lead) => item(lead));
async function check(session: CloudSession, items: readonly object[], force = false): Promise<Reply> {
  const headers = { authorization: `Bearer ${session.accessToken}` };
  const reply = await app.inject({ method: 'POST', url, headers, body: { items, force } });
  if (reply.statusCode !== 200) throw new Error(reply.body);
  return reply.json<Reply>();
}
const limit = (amount: number) =>
  cloud.asOwner.insertInto('quotaRule').values({ companyId: admin.company.id, id: newId(), kind: 'number-check', period: 'day', target: 'company', targetId: admin.company.id, share: 'total', amount, departmentId: null, employeeId: null, updatedAt: 1 }).execute(); // prettier-ignore
const spent = async (): Promise<number> =>
  (await cloud.asOwner.selectFrom('quotaUse').select('spent').where('kind', '=', 'number-check').where('pot', '=', admin.company.id).where('period', '=', 'day').executeTakeFirst())?.spent ?? 0; // prettier-ignore
const kept = () => cloud.asOwner.selectFrom('numberCheck').selectAll().orderBy('number').execute();

describe('what was found', () => {
  it('stands at every lead with the number, with who, when and what the vendor said; a word of today is told to old desks as 未检测', async () => {
    const [one, other] = leads;
    const phone = one?.phone ?? '';
    // Another lead has it among its contacts.
    const contacts = JSON.stringify([{ id: newId(), name: '同号', title: '', phone, note: '' }]);
    await cloud.asOwner
      .updateTable('lead')
      .set({ contacts })
      .where('id', '=', other?.id ?? '')
      .execute();
    const before = await counter();
    vendor.next = (numbers) => ({ ok: true, found: new Map(numbers.map((number) => [number, { raw: '3', state: 'unknown' }])) }); // prettier-ignore
    expect(await check(chen, [item(one)])).toMatchObject({
      found: [{ number: phone, state: 'unknown' }],
      problem: null,
    });
    const told = await leadsOf(lin, before);
    const checks = [{ number: phone, state: 'unknown', raw: '3', family: 'batch-6', provider: 'example-vendor', at: clock.now(), by: '陈晓' }]; // prettier-ignore
    expect(told.map(({ id, checks: found }) => ({ id, checks: found })).sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
      [one, other].map((lead) => ({ id: lead?.id, checks })).sort((a, b) => ((a.id ?? '') < (b.id ?? '') ? -1 : 1)),
    );
    expect(told.find(({ id }) => id === one?.id)?.numberCheck).toBe('unchecked');
    // Its column is what servers of before read.
    vendor.next = all('0', 'empty' as never);
    await check(chen, [item(one)], true);
    const column = await cloud.asOwner.selectFrom('lead').select('numberCheck').where('id', '=', one?.id ?? '').executeTakeFirst(); // prettier-ignore
    expect(column).toEqual({ numberCheck: 'empty' });
    await cloud.asOwner
      .updateTable('lead')
      .set({ contacts: '[]' })
      .where('id', '=', other?.id ?? '')
      .execute();
  });

  it('goes with its number: another one at the lead is unchecked, unless it is known', async () => {
    const [lead, known] = [leads[3], leads[4]];
    vendor.next = all('1');
    await check(admin, [item(lead), item(known)]);
    const patched = async (phone: string) => {
      const ops = [{ opId: newId(), type: 'lead.patch', row: { id: lead?.id, base: 99, fields: { phone } } }];
      const before = await counter();
      await cloud.as(admin, { method: 'POST', url: '/v1/sync/push', body: { deviceId: 'd', ops } });
      const row = (await leadsOf(admin, before)).find(({ id }) => id === lead?.id);
      return [row?.numberCheck, row?.checks?.length];
    };
    expect(await patched('+8615499999999')).toEqual(['unchecked', undefined]);
    expect(await patched(known?.phone ?? '')).toEqual(['valid', 1]);
    expect(await patched(lead?.phone ?? '')).toEqual(['valid', 1]);
  });

  it('is in the audit log, without a number', async () => {
    vendor.next = all('1');
    await check(chen, some(5, 7));
    const entry = await cloud.asOwner.selectFrom('audit').selectAll().where('action', '=', 'number-check.done').orderBy('id', 'desc').executeTakeFirst(); // prettier-ignore
    expect(entry).toMatchObject({ employeeId: chen.employee.id, details: { after: { count: 2, provider: 'example-vendor' } } }); // prettier-ignore
    expect(JSON.stringify(entry)).not.toContain('+86154');
  });

  it('of numbers that nobody can be asked for: no number is 格式错误 and costs nothing, a landline is left alone', async () => {
    const [broken, landline] = [leads[8], leads[9]];
    const set = (id: string | undefined, phone: string) => cloud.asOwner.updateTable('lead').set({ phone }).where('id', '=', id ?? '').execute(); // prettier-ignore
    await set(broken?.id, '12');
    await set(landline?.id, '+8657188880000');
    await limit(0);
    const reply = await check(chen, [item(broken, '12'), item(landline, '+8657188880000')]);
    expect(reply).toMatchObject({ found: [{ number: '12', state: 'malformed' }], unsupported: 1, problem: null });
    expect([vendor.asked, await spent()]).toEqual([[], 0]);
    expect(await check(chen, [item(broken, '12')])).toMatchObject({ found: [], fresh: 1 });
    await set(broken?.id, broken?.phone ?? '');
    await set(landline?.id, landline?.phone ?? '');
  });

  it('goes when it is so old that it says nothing', async () => {
    vendor.next = all('1');
    await check(chen, some(10, 12));
    clock.advance(170 * dayMs);
    expect(await forgetChecks(cloud.deps, admin.company.id)).toBe(0);
    await later(11 * dayMs);
    expect([await forgetChecks(cloud.deps, admin.company.id), await kept()]).toEqual([2, []]);
  });
});

describe('what it costs', () => {
  it('is one for each number that was answered, in the transaction that writes it; what still holds is asked for again only by force', async () => {
    await limit(10);
    vendor.next = all('1');
    // Two leads, one number: once.
    const reply = await check(chen, [...some(12, 16), item(leads[12])]);
    expect(reply.found).toHaveLength(4);
    expect(vendor.asked.map(({ numbers }) => numbers.length)).toEqual([3, 1]);
    expect(await spent()).toBe(4);
    expect(await check(lin, some(12, 16))).toMatchObject({ found: [], fresh: 4 });
    expect(await spent()).toBe(4);
    expect((await check(lin, some(12, 14), true)).found).toHaveLength(2);
    expect(await spent()).toBe(6);
    await later(31 * dayMs);
    expect((await check(chen, some(12, 13))).found).toHaveLength(1);
  });

  it('is nothing where the vendor fails; what was found before stays, and the rest may be asked for again at once', async () => {
    await limit(100);
    for (const why of ['unreachable', 'refused', 'out-of-credit', 'rate-limited'] as const) {
      const [before, from] = [await spent(), 20 + 5 * ['unreachable', 'refused', 'out-of-credit', 'rate-limited'].indexOf(why)]; // prettier-ignore
      vendor.next = (numbers) => (numbers.length === 3 ? all('1')(numbers) : { ok: false, why });
      const reply = await check(chen, some(from, from + 5));
      expect([reply.found.length, reply.problem?.code]).toEqual([3, `number-check.${why}`]);
      expect(await spent()).toBe(before + 3);
      vendor.next = all('1');
      expect(await check(lin, some(from, from + 5))).toMatchObject({ found: { length: 2 }, fresh: 3, busy: 0 });
    }
    vendor.next = () => {
      throw new Error('a bug of the adapter');
    };
    expect((await check(chen, some(40, 41))).problem?.code).toBe('number-check.unreachable');
  });

  it('is never more than there is: the vendor is not even asked for what the quota has no room for', async () => {
    await limit(5);
    vendor.next = all('1');
    const reply = await check(chen, some(50, 57));
    expect([reply.found.length, reply.problem?.code, reply.problem?.details['left']]).toEqual([5, 'quota.spent', 5]);
    expect(vendor.asked.flatMap(({ numbers }) => numbers)).toHaveLength(5);
    expect(await check(lin, some(55, 57))).toMatchObject({ found: [], problem: { code: 'quota.spent' } });
    expect(await spent()).toBe(5);
  });

  it('of two who ask at once for the same number is paid once, and what one has claimed is not the other’s to spend', async () => {
    await limit(3);
    const first = check(chen, some(60, 62));
    await until('a question of the vendor', () => vendor.asked.length === 1);
    const second = check(lin, some(61, 64));
    await until('a question of the vendor', () => vendor.asked.length === 2);
    // One of the three is being asked for, and of the two that are left only one has room.
    expect(vendor.asked[1]?.numbers).toEqual([leads[62]?.phone]);
    for (const { numbers, answer } of vendor.asked) answer(all('1')(numbers));
    expect((await first).found).toHaveLength(2);
    expect(await second).toMatchObject({ found: { length: 1 }, busy: 1, problem: { code: 'quota.spent' } });
    expect(await spent()).toBe(3);
  });

  it('is nothing when the rule was lowered behind the claim: nothing is written, nothing stays claimed', async () => {
    const asked = check(chen, some(70, 72));
    await until('a question of the vendor', () => vendor.asked.length === 1);
    await limit(1);
    vendor.asked[0]?.answer(all('1')(vendor.asked[0].numbers));
    expect(await asked).toMatchObject({ found: [], problem: { code: 'quota.spent' } });
    expect([await spent(), await kept()]).toEqual([0, []]);
  });

  it('of a vendor that says nothing is nothing: the answer comes before the desk takes the cloud for gone', async () => {
    const asked = check(chen, some(74, 75));
    await until('a question of the vendor', () => vendor.asked.length === 1);
    clock.advance(15_000);
    expect(await asked).toMatchObject({ found: [], problem: { code: 'number-check.unreachable' } });
    expect(await kept()).toEqual([]);
  });

  it('a server that dies in the middle holds nobody up for longer than a minute', async () => {
    void check(chen, some(76, 77)).catch(() => undefined);
    await until('a question of the vendor', () => vendor.asked.length === 1);
    expect(await check(lin, some(76, 77))).toMatchObject({ busy: 1, found: [] });
    const [{ claimedUntil } = { claimedUntil: null }] = await kept();
    expect(Number(claimedUntil) - clock.now()).toBe(60_000);
    // By the clock the question itself would be over: it dies with its server here.
    const past = { claimedUntil: clock.now() - 1 };
    await cloud.asOwner.updateTable('numberCheck').set(past).execute();
    vendor.next = all('1');
    expect(await check(lin, some(76, 77))).toMatchObject({ busy: 0, found: { length: 1 } });
    vendor.asked[0]?.answer({ ok: false, why: 'unreachable' });
  });
});

describe('who may', () => {
  it('agents may for leads that they see, by numbers that these have; of others nothing is asked', async () => {
    const [theirs, free] = [leads[80], leads[81]];
    await cloud.asOwner.updateTable('lead').set({ ownerId: lin.employee.id, claimedAt: 1 }).where('id', '=', theirs?.id ?? '').execute(); // prettier-ignore
    vendor.next = all('1');
    const reply = await check(chen, [item(theirs), item(free, theirs?.phone ?? ''), { leadId: newId(), number: '+8615400000137' }, item(free)]); // prettier-ignore
    expect(reply).toMatchObject({ missing: 3, found: [{ number: free?.phone }] });
    expect((await check(lin, [item(theirs)])).found).toHaveLength(1);
  });

  it('a company has three requests under way; the next one is told to wait', async () => {
    const first = [0, 1, 2].map((n) => check(chen, some(90 + n, 91 + n)));
    await until('a question of the vendor', () => vendor.asked.length === 3);
    const headers = { authorization: `Bearer ${lin.accessToken}` };
    const reply = await app.inject({ method: 'POST', url, headers, body: { items: some(95, 96), force: false } });
    expect([reply.statusCode, reply.json<{ error: { code: string } }>().error.code]).toEqual([429, 'rate.limited']);
    for (const { numbers, answer } of vendor.asked) answer(all('1')(numbers));
    await Promise.all(first);
    vendor.next = all('1');
    expect((await check(lin, some(95, 96))).found).toHaveLength(1);
  });
});

describe('a cloud without a vendor', () => {
  it('says nothing of a number that can be one, and asks for nothing', async () => {
    const reply = await cloud.as(chen, { method: 'POST', url, body: { items: some(100, 103), force: true } });
    expect(reply.json()).toEqual({ found: [], fresh: 0, busy: 0, unsupported: 0, missing: 0, problem: null });
    expect([await kept(), await spent()]).toEqual([[], 0]);
    expect((await cloud.as(chen, { url })).json()).toEqual({ provider: { name: 'local', kind: 'local' }, quotas: [] });
  });
});

it('says beforehand who is asked and what is left', async () => {
  await limit(7);
  const headers = { authorization: `Bearer ${chen.accessToken}` };
  const reply = (await app.inject({ url, headers })).json<object>();
  expect(reply).toMatchObject({ provider: { name: 'example-vendor', kind: 'simulated' }, quotas: [{ kind: 'number-check', period: 'day', left: 7 }] }); // prettier-ignore
});
