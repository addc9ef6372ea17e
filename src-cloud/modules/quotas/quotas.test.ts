import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { writeCompany } from '../../database/changes.ts';
import { openDatabase, type Database } from '../../database/database.ts';
import { appRole } from '../../database/row-security.ts';
import type { Scope } from '../../database/scope.ts';
import { sendRecording } from '../../testing/marked-rows.ts';
import { makeCall, pushCall, startTestCloud, type Account, type TestCloud } from '../../testing/test-cloud.ts';
import { spendQuota, type Spending } from './spend.ts';

const url = '/v1/company/quotas';
const kind = 'recording.download';
/** 22:00 in Beijing, on the last day of November. */
const evening = Date.UTC(2026, 10, 30, 14, 0, 0);
const midnight = evening + 2 * 3_600_000;

let cloud: TestCloud;
let clock: ManualClock;
/** Of another server. */
let other: Database;
let admin: CloudSession;
const scopes = new Map<Account, Scope>();
beforeAll(async () => {
  clock = new ManualClock(evening);
  cloud = await startTestCloud({ clock });
  other = openDatabase(cloud.server.url, silentLogger, { role: appRole });
  admin = await cloud.signIn('admin');
  for (const account of ['chen', 'lin', 'zhao', 'admin'] as const) {
    const { company, employee } = await cloud.signIn(account);
    const { departmentId } = await cloud.asOwner.selectFrom('employee').select('departmentId').where('id', '=', employee.id).executeTakeFirstOrThrow(); // prettier-ignore
    scopes.set(account, { companyId: company.id, employeeId: employee.id, role: employee.role, departmentId });
  }
}, 60_000);
afterAll(async () => {
  await other.destroy();
  await cloud.close();
});
beforeEach(async () => {
  await cloud.asOwner.deleteFrom('quotaRule').execute();
  await cloud.asOwner.deleteFrom('quotaUse').execute();
});

const of = (account: Account): Scope => scopes.get(account) as Scope;
const spend = (account: Account, amount = 1, db = cloud.deps.db, now = clock.now()): Promise<Spending> =>
  writeCompany(db, of(account).companyId, now, (tx) => spendQuota(tx, of(account), kind, { amount, now }));
async function set(rule: object, session = admin) {
  const body = { kind, period: 'day', share: 'each', target: 'company', targetId: admin.company.id, ...rule };
  const reply = await cloud.as(session, { method: 'PUT', url, body });
  return { status: reply.statusCode, ...reply.json<{ id?: string; error?: { code: string } }>() };
}
/** What is used up, by whose it is and in which period. */
async function used(): Promise<Record<string, number>> {
  const names = new Map<string, string>([...scopes].map(([account, { employeeId }]) => [employeeId, account]));
  names.set(admin.company.id, 'company');
  const rows = await cloud.asOwner.selectFrom('quotaUse').select(['pot', 'period', 'spent']).execute();
  return Object.fromEntries(rows.flatMap(({ pot, period, spent }) => names.has(pot) ? [[`${names.get(pot)} ${period}`, spent]] : [])); // prettier-ignore
}

describe('spending', () => {
  it('never passes the limit, whoever asks at once and from how many servers; what is refused is counted nowhere', async () => {
    await set({ amount: 30, share: 'total' });
    await set({ amount: 25, target: 'person', targetId: of('chen').employeeId });
    // As many at once as the sessions of two servers let in, a hundred in all.
    const [got, wanting] = [{ chen: 0, lin: 0 }, Array.from({ length: 20 }, (_, n) => n)];
    const spender = async (n: number): Promise<void> => {
      const who = n % 2 ? 'chen' : 'lin';
      for (let times = 0; times < 5; times += 1)
        if ((await spend(who, 1, n % 4 < 2 ? cloud.deps.db : other)).ok) got[who] += 1;
    };
    await Promise.all(wanting.map(spender));
    const mine = got.chen;
    expect(got.chen + got.lin).toBe(30);
    expect(mine).toBeLessThanOrEqual(25);
    expect(await used()).toEqual({
      ...{ 'company day': 30, 'company month': 30 },
      ...{ 'chen day': mine, 'chen month': mine, 'lin day': 30 - mine, 'lin month': 30 - mine },
    });
  });

  it('is as a model has it: whoever spends how much in whatever order, no limit is passed and nothing is lost', async () => {
    await set({ amount: 12, share: 'total' });
    await set({ amount: 5 });
    await set({ amount: 8, target: 'role', targetId: 'manager' });
    await set({ amount: 9, target: 'department', targetId: of('chen').departmentId, share: 'total' });
    const step = fc.record({ who: fc.constantFrom<Account[]>('chen', 'lin', 'zhao'), amount: fc.integer({ min: 1, max: 6 }), back: fc.integer({ min: 0, max: 2 }) }); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
        await cloud.asOwner.deleteFrom('quotaUse').execute();
        const total = { company: 0, department: 0, chen: 0, lin: 0, zhao: 0 };
        for (const { who, amount, back } of steps) {
          const name = who as 'chen' | 'lin' | 'zhao';
          const fits = total.company + amount <= 12 && total[name] + amount <= (who === 'zhao' ? 8 : 5) && (who === 'lin' || total.department + amount <= 9); // prettier-ignore
          const done = await writeCompany(cloud.deps.db, of(who).companyId, clock.now(), async (tx) => {
            const spending = await spendQuota(tx, of(who), kind, { amount, now: clock.now() });
            if (spending.ok) await spending.refund(Math.min(back, amount));
            return spending.ok;
          });
          expect(done).toBe(fits);
          const kept = fits ? amount - Math.min(back, amount) : 0;
          total.company += kept;
          total[name] += kept;
          if (who !== 'lin') total.department += kept;
        }
        expect((await used())['company day'] ?? 0).toBe(total.company);
        for (const name of ['chen', 'lin', 'zhao'] as const) expect((await used())[`${name} month`] ?? 0).toBe(total[name]); // prettier-ignore
      }),
      { numRuns: 8 },
    );
  });

  it('goes with its transaction', async () => {
    await set({ amount: 1 });
    const undone = writeCompany(cloud.deps.db, admin.company.id, clock.now(), async (tx) => {
      await spendQuota(tx, of('chen'), kind, { amount: 1, now: clock.now() });
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    expect(await spend('chen')).toMatchObject({ ok: true });
  });

  it('says what is left and when it is renewed: the next day at midnight in China, or the next month', async () => {
    await set({ amount: 5 });
    expect(await spend('chen', 3)).toMatchObject({ ok: true });
    const details = { kind, period: 'day', whose: 'person', limit: 5, left: 2, nextAt: midnight };
    expect(await spend('chen', 3)).toEqual({ ok: false, code: 'quota.spent', details });
    expect(await spend('chen', 3, cloud.deps.db, midnight - 1)).toMatchObject({ ok: false });
    expect(await spend('chen', 3, cloud.deps.db, midnight)).toMatchObject({ ok: true });
    await set({ amount: 3, period: 'month', share: 'total' });
    const nextMonth = Date.UTC(2026, 11, 31, 16);
    expect(await spend('lin', 1, cloud.deps.db, midnight)).toMatchObject({ details: { period: 'month', whose: 'company', left: 0, nextAt: nextMonth } }); // prettier-ignore
    expect(await spend('lin', 1)).toMatchObject({ details: { nextAt: midnight, left: 0 } });
  });
});

describe('rules of quotas', () => {
  it('are set, said anew, taken away, and written down; only by administrators, for who is there', async () => {
    const { id } = await set({ amount: 5 });
    expect(await set({ amount: 7 })).toEqual({ status: 200, id });
    const refused = [{ target: 'department', targetId: admin.employee.id }, { target: 'person', targetId: admin.company.id }, { target: 'company', targetId: admin.employee.id }]; // prettier-ignore
    for (const rule of refused) expect(await set({ amount: 1, ...rule })).toMatchObject({ status: 404 });
    for (const rule of [{ target: 'role', targetId: 'admin', share: 'total' }, { amount: -1 }, { kind: 'x' }])
      expect(await set({ amount: 1, ...rule })).toMatchObject({ error: { code: 'input.invalid' } });
    expect(await set({ amount: 1 }, await cloud.signIn('zhao'))).toMatchObject({ error: { code: 'access.denied' } });
    const remove = async () => (await cloud.as(admin, { method: 'DELETE', url: `${url}/${id}` })).statusCode;
    expect([await remove(), await remove()]).toEqual([200, 404]);
    const log = await cloud.asOwner.selectFrom('audit').select(['action', 'details']).where('entityId', '=', id ?? '').orderBy('at').orderBy('id').execute(); // prettier-ignore
    expect(log).toMatchObject([
      { action: 'quota.changed', details: { after: { kind, period: 'day', share: 'each', amount: 5 } } },
      { action: 'quota.changed', details: { before: { amount: 5 }, after: { amount: 7 } } },
      { action: 'quota.removed', details: { before: { amount: 7 } } },
    ]);
  });

  it('are shown with what is used of them; everybody is told what is left to them', async () => {
    await set({ amount: 10, share: 'total', period: 'month' });
    await set({ amount: 4 });
    await spend('chen', 3);
    const page = (await cloud.as(admin, { url })).json<{ rules: object[]; people: object[] }>();
    expect(page.rules).toHaveLength(2);
    expect(page.rules).toContainEqual(expect.objectContaining({ share: 'total', amount: 10, spent: 3 }));
    expect(page.rules).toContainEqual(expect.objectContaining({ share: 'each', amount: 4, spent: null }));
    expect(page.people).toMatchObject([{ name: '陈晓', departmentName: '销售一部', day: 3, month: 3, dayLimit: 4, monthLimit: null }]); // prettier-ignore
    const own = async (account: Account) => (await cloud.as(await cloud.signIn(account), { url: '/v1/quotas' })).json<object>(); // prettier-ignore
    const nextMonth = { kind, period: 'month', left: 7, renewsAt: midnight };
    expect(await own('chen')).toEqual({ quotas: [{ kind, period: 'day', spent: 3, left: 1, renewsAt: midnight }, { ...nextMonth, spent: 3 }] }); // prettier-ignore
    expect(await own('lin')).toMatchObject({ quotas: [{ left: 4, spent: 0 }, { left: 7 }] });
    expect(await own('foreign-admin')).toEqual({ quotas: [] });
  });
});

describe('a download of a recording', () => {
  it('is spent once, however many pieces it is fetched in; playing costs nothing, and what is refused leaves no entry', async () => {
    await set({ amount: 1 });
    const chen = await cloud.signIn('chen');
    const files = [];
    for (const n of [1, 2]) {
      const call = makeCall(chen.employee.id);
      await pushCall(cloud, chen, call);
      files.push(`/v1/recordings/${await sendRecording(cloud, chen, call.id, Buffer.from(`sound ${n}`))}/file`);
    }
    const [first, second] = files;
    const statuses = await Promise.all([0, 1, 2, 3].map(async () => (await cloud.as(chen, { url: `${first}?download=1`, headers: { range: 'bytes=0-2' } })).statusCode)); // prettier-ignore
    expect(statuses).toEqual([206, 206, 206, 206]);
    expect((await cloud.as(chen, { url: second ?? '' })).statusCode).toBe(200);
    const refused = await cloud.as(chen, { url: `${second}?download=1` });
    expect([refused.statusCode, refused.json<{ error: { code: string } }>().error.code]).toEqual([422, 'quota.spent']);
    const entries = await cloud.asOwner.selectFrom('audit').select('id').where('action', '=', kind).where('employeeId', '=', chen.employee.id).execute(); // prettier-ignore
    expect([entries.length, await used()]).toMatchObject([1, { 'chen day': 1 }]);
  });
});
