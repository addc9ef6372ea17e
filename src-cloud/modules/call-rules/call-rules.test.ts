import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { defaultCallRules, everyDay } from '#shared/domain/call-rules.ts';
import { startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';

const url = '/v1/company/call-rules';
/** Nine to six on working days. */
const office = {
  ...defaultCallRules,
  week: everyDay({ startMinute: 540, endMinute: 1080 }).with(5, null).with(6, null),
};

let cloud: TestCloud;
let admin: CloudSession;
let companyId: string;
/** 销售一部, of chen and zhao; lin works in another one. */
let departmentId: string;
beforeAll(async () => {
  cloud = await startTestCloud();
  admin = await cloud.signIn('admin');
  companyId = admin.company.id;
  const { departments } = (await cloud.as(admin, { url: '/v1/company/departments' })).json<{
    departments: { id: string; name: string }[];
  }>();
  departmentId = departments.find(({ name }) => name === '销售一部')?.id ?? '';
});
afterAll(() => cloud.close());

async function set(id: string, body: object, session = admin) {
  const reply = await cloud.as(session, { method: 'PUT', url: `${url}/${id}`, body });
  return { status: reply.statusCode, ...reply.json<{ version?: number; error?: { code: string } }>() };
}
const remove = async (id: string): Promise<number> =>
  (await cloud.as(admin, { method: 'DELETE', url: `${url}/${id}` })).statusCode;

interface Rules {
  readonly id: string;
  readonly departmentId: string | null;
  readonly dialsPerNumber: number;
}
/** What a desk of theirs has when it has pulled everything. */
async function onDesk(account: 'chen' | 'lin' | 'admin' | 'foreign-admin'): Promise<Rules[]> {
  const rows = new Map<string, Rules>();
  const reply = await cloud.as(await cloud.signIn(account), { url: '/v1/changes?limit=500' });
  for (const { type, id, row } of reply.json<{ changes: { type: string; id: string; row: Rules | null }[] }>()
    .changes) {
    if (type !== 'call-rules') continue;
    if (row) rows.set(id, row);
    else rows.delete(id);
  }
  return [...rows.values()];
}

describe('call rules', () => {
  it('of the company reach every desk of it, those of a department its own people', async () => {
    expect(await set(companyId, { ...office, base: 0 })).toEqual({ status: 200, version: 1 });
    expect(await set(departmentId, { ...office, dialsPerNumber: 2, openers: false, base: 0 })).toEqual({
      status: 200,
      version: 1,
    });
    const ofCompany = { id: companyId, departmentId: null, version: 1, ...office };
    const ofDepartment = { id: departmentId, departmentId, version: 1, dialsPerNumber: 2, openers: false };
    expect(await onDesk('lin')).toEqual([ofCompany]);
    expect(await onDesk('chen')).toEqual([ofCompany, expect.objectContaining(ofDepartment)]);
    // An administrator's own desk dials by its own department's, whatever they may administer.
    expect(await onDesk('admin')).toEqual([ofCompany]);
    expect(await onDesk('foreign-admin')).toEqual([]);
    const { rules } = (await cloud.as(admin, { url })).json<{ rules: Rules[] }>();
    expect(rules.map(({ id }) => id).sort()).toEqual([companyId, departmentId].sort());
  });

  it('are changed by who has seen the newest, and of two who do so at once one is refused', async () => {
    expect(await set(companyId, { ...office, base: 0 })).toMatchObject({
      status: 409,
      error: { code: 'sync.conflict' },
    });
    const two = [{ ...office, gapMinutes: 10, base: 1 }, { ...office, gapMinutes: 20, base: 1 }]; // prettier-ignore
    const both = await Promise.all(two.map((rules) => set(companyId, rules)));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    await remove(companyId);
    const first = await Promise.all([set(companyId, { ...office, base: 0 }), set(companyId, { ...office, base: 0 })]);
    expect(first.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('are taken away from the desks, and go with their department', async () => {
    expect(await remove(departmentId)).toBe(200);
    expect(await remove(departmentId)).toBe(404);
    expect((await onDesk('chen')).map(({ id }) => id)).toEqual([companyId]);
    const made = await cloud.as(admin, { method: 'POST', url: '/v1/company/departments', body: { name: '临时部' } });
    const { id } = made.json<{ id: string }>();
    await set(id, { ...office, base: 0 });
    await cloud.as(admin, { method: 'DELETE', url: `/v1/company/departments/${id}` });
    expect((await cloud.as(admin, { url })).json<{ rules: Rules[] }>().rules.map((one) => one.id)).toEqual([companyId]);
  });

  it('are written down with what changed', async () => {
    const { version = 0 } = await set(departmentId, { ...office, base: 0 });
    await set(departmentId, { ...office, record: false, base: version });
    const log = await cloud.asOwner
      .selectFrom('audit')
      .select(['action', 'entityName', 'details'])
      .where('entityId', '=', departmentId)
      .where('action', '=', 'call-rules.changed')
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(2)
      .execute();
    const week = '09:00–18:00 09:00–18:00 09:00–18:00 09:00–18:00 09:00–18:00 - -';
    expect(log).toMatchObject([
      {
        action: 'call-rules.changed',
        entityName: '销售一部',
        details: { before: { record: true }, after: { record: false } },
      },
      { action: 'call-rules.changed', details: { after: { week, dialsPerNumber: 5 } } },
    ]);
  });

  it('have bounds, and belong to a department of this company', async () => {
    const bad = [{ dialsPerNumber: 6 }, { dialsPerNumber: 0 }, { gapMinutes: 1441 }, { week: everyDay(null).slice(1) }, { week: everyDay({ startMinute: 5, endMinute: 5 }) }]; // prettier-ignore
    for (const change of bad)
      expect(await set(companyId, { ...office, base: 1, ...change })).toMatchObject({
        status: 400,
        error: { code: 'input.invalid' },
      });
    expect(await set(admin.employee.id, { ...office, base: 0 })).toMatchObject({ status: 404 });
    const manager = await cloud.signIn('zhao');
    expect(await set(departmentId, { ...office, base: 2 }, manager)).toMatchObject({
      error: { code: 'access.denied' },
    });
  });
});
