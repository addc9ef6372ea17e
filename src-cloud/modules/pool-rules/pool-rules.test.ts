import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { defaultPoolRules } from '#shared/domain/pool-rules.ts';
import { startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';

const url = '/v1/company/pool-rules';

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
  readonly idleDays: number | null;
}
/** What a desk of theirs has when it has pulled everything. */
async function onDesk(account: 'chen' | 'lin' | 'admin' | 'foreign-admin'): Promise<Rules[]> {
  const rows = new Map<string, Rules>();
  const reply = await cloud.as(await cloud.signIn(account), { url: '/v1/changes?limit=500' });
  for (const { type, id, row } of reply.json<{ changes: { type: string; id: string; row: Rules | null }[] }>()
    .changes) {
    if (type !== 'pool-rules') continue;
    if (row) rows.set(id, row);
    else rows.delete(id);
  }
  return [...rows.values()];
}
const forOlderServers = () => cloud.asOwner.selectFrom('poolRule').selectAll().where('companyId', '=', companyId).execute(); // prettier-ignore

describe('pool rules', () => {
  it('of the company reach every desk of it, those of a department its own people, and older servers the claims', async () => {
    expect(await set(companyId, { ...defaultPoolRules, claimsPerDay: 9, idleDays: 7, base: 0 })).toEqual({
      status: 200,
      version: 1,
    });
    expect(await set(departmentId, { ...defaultPoolRules, idleDays: 3, base: 0 })).toEqual({ status: 200, version: 1 });
    const ofCompany = { id: companyId, departmentId: null, version: 1, ...defaultPoolRules, claimsPerDay: 9, idleDays: 7 }; // prettier-ignore
    expect(await onDesk('lin')).toEqual([ofCompany]);
    expect(await onDesk('chen')).toEqual([ofCompany, expect.objectContaining({ id: departmentId, idleDays: 3 })]);
    expect(await onDesk('admin')).toEqual([ofCompany]);
    expect(await onDesk('foreign-admin')).toEqual([]);
    const { rules } = (await cloud.as(admin, { url })).json<{ rules: Rules[] }>();
    expect(rules.map(({ id }) => id).sort()).toEqual([companyId, departmentId].sort());
    expect(await forOlderServers()).toEqual([{ companyId, claimsPerDay: 9, holdLimit: null, formerOwnerDays: 0 }]);
  });

  it('are changed by who has seen the newest, and of two who do so at once one is refused', async () => {
    expect(await set(companyId, { ...defaultPoolRules, base: 0 })).toMatchObject({
      status: 409,
      error: { code: 'sync.conflict' },
    });
    const both = await Promise.all([10, 20].map((idleDays) => set(companyId, { ...defaultPoolRules, idleDays, base: 1 }))); // prettier-ignore
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    await remove(companyId);
    expect(await forOlderServers()).toEqual([]);
    const first = await Promise.all([1, 2].map(() => set(companyId, { ...defaultPoolRules, base: 0 })));
    expect(first.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('are taken away from the desks, and written down with what changed', async () => {
    await set(departmentId, { ...defaultPoolRules, idleDays: 5, base: 1 });
    expect(await remove(departmentId)).toBe(200);
    expect(await remove(departmentId)).toBe(404);
    expect((await onDesk('chen')).map(({ id }) => id)).toEqual([companyId]);
    const log = await cloud.asOwner
      .selectFrom('audit')
      .select(['action', 'entityName', 'details'])
      .where('entityId', '=', departmentId)
      .where('entityType', '=', 'pool-rules')
      .orderBy('at')
      .orderBy('id')
      .execute();
    expect(log).toMatchObject([
      { action: 'pool-rules.changed', entityName: '销售一部', details: { after: { idleDays: 3, join: 'any' } } },
      { action: 'pool-rules.changed', details: { before: { idleDays: 3 }, after: { idleDays: 5 } } },
      { action: 'pool-rules.removed', details: { before: { idleDays: 5 } } },
    ]);
  });

  it('have bounds, and are the administrator’s of this company', async () => {
    const bad = [{ claimsPerDay: 0 }, { idleDays: 366 }, { formerOwnerDays: -1 }, { join: 'none' }, { warnDays: 31 }];
    for (const change of bad)
      expect(await set(companyId, { ...defaultPoolRules, base: 1, ...change })).toMatchObject({
        error: { code: 'input.invalid' },
      });
    expect(await set(admin.employee.id, { ...defaultPoolRules, base: 0 })).toMatchObject({ status: 404 });
    const manager = await cloud.signIn('zhao');
    expect(await set(companyId, { ...defaultPoolRules, base: 1 }, manager)).toMatchObject({
      error: { code: 'access.denied' },
    });
  });
});
