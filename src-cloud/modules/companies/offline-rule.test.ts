import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';

let cloud: TestCloud;
let admin: CloudSession;
beforeAll(async () => {
  cloud = await startTestCloud();
  admin = await cloud.signIn('admin');
});
afterAll(() => cloud.close());

const url = '/v1/company/offline-sign-in';
const get = async (session: CloudSession) => (await cloud.as(session, { url })).json<{ days: number }>();
const put = async (session: CloudSession, days: unknown) =>
  (await cloud.as(session, { method: 'PUT', url, body: { days } })).statusCode;
const told = async (): Promise<unknown[]> =>
  (
    await cloud.asOwner
      .selectFrom('audit')
      .select(['employeeId', 'entityId', 'details'])
      .where('action', '=', 'offline-sign-in.changed')
      .orderBy('id')
      .execute()
  ).map(({ employeeId, entityId, details }) => [employeeId, entityId, details]);

describe('the days of offline sign-in', () => {
  it('are seven until an administrator says otherwise, and everybody of the company hears of it', async () => {
    const chen = await cloud.signIn('chen');
    expect([await get(admin), chen.company.offlineDays]).toEqual([{ days: 7 }, 7]);
    const { next } = (await cloud.as(chen, { url: '/v1/changes?after=0' })).json<{ next: number }>();
    expect([await put(admin, 3), await put(admin, 3), await get(admin)]).toEqual([200, 200, { days: 3 }]);
    const page = (await cloud.as(chen, { url: `/v1/changes?after=${next}` })).json<{ changes: unknown[] }>();
    // Once: what says the same is no change.
    expect(page.changes).toMatchObject([{ type: 'company', row: { id: admin.company.id, offlineDays: 3 } }]);
    expect(await told()).toEqual([
      [admin.employee.id, admin.company.id, { before: { offlineDays: 7 }, after: { offlineDays: 3 } }],
    ]);
    expect((await cloud.as(chen, { url: '/v1/me' })).json()).toMatchObject({ company: { offlineDays: 3 } });
    expect((await cloud.signIn('foreign-admin')).company.offlineDays).toBe(7);
  });

  it("are one to thirty, and the administrator's to set", async () => {
    const [chen, zhao] = [await cloud.signIn('chen'), await cloud.signIn('zhao')];
    const before = await get(admin);
    for (const days of [0, 31, 1.5, '7', null]) expect(await put(admin, days)).toBe(400);
    expect([await put(chen, 30), await put(zhao, 30)]).toEqual([403, 403]);
    expect(await get(admin)).toEqual(before);
    expect(await put(admin, 30)).toBe(200);
  });
});
