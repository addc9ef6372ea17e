import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { defaultExportRules, type ExportRules } from '#shared/domain/exports.ts';
import { startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';

let cloud: TestCloud;
let admin: CloudSession;
beforeAll(async () => {
  cloud = await startTestCloud();
  admin = await cloud.signIn('admin');
});
afterAll(() => cloud.close());

const url = '/v1/company/export-rules';
const get = async (session: CloudSession) => (await cloud.as(session, { url })).json<ExportRules>();
const put = async (session: CloudSession, rules: unknown) =>
  (await cloud.as(session, { method: 'PUT', url, body: rules as object })).statusCode;

describe('who exports what', () => {
  it('is the usual until an administrator says otherwise, and everybody of the company hears of it', async () => {
    const chen = await cloud.signIn('chen');
    expect([await get(admin), chen.company.exportRules]).toEqual([defaultExportRules, defaultExportRules]);
    const { next } = (await cloud.as(chen, { url: '/v1/changes?after=0' })).json<{ next: number }>();
    const strict: ExportRules = { agent: 'none', manager: 'masked', admin: 'full' };
    expect([await put(admin, strict), await put(admin, strict), await get(admin)]).toEqual([200, 200, strict]);
    const page = (await cloud.as(chen, { url: `/v1/changes?after=${next}` })).json<{ changes: unknown[] }>();
    // Once: what says the same is no change.
    expect(page.changes).toMatchObject([{ type: 'company', row: { id: admin.company.id, exportRules: strict } }]);
    expect((await cloud.as(chen, { url: '/v1/me' })).json()).toMatchObject({ company: { exportRules: strict } });
    expect((await cloud.signIn('foreign-admin')).company.exportRules).toEqual(defaultExportRules);
    const told = await cloud.asOwner.selectFrom('audit').selectAll().where('action', '=', 'export-rules.changed').execute(); // prettier-ignore
    expect(told).toMatchObject([
      {
        employeeId: admin.employee.id,
        details: { before: { agent: 'masked', manager: 'full' }, after: { agent: 'none', manager: 'masked' } },
      },
    ]);
  });

  it("is the administrator's to say, for each role one of three levels", async () => {
    const [chen, zhao] = [await cloud.signIn('chen'), await cloud.signIn('zhao')];
    const before = await get(admin);
    for (const rules of [{}, { ...before, agent: 'all' }, { agent: 'full', manager: 'full' }])
      expect(await put(admin, rules)).toBe(400);
    expect([await put(chen, before), await put(zhao, before)]).toEqual([403, 403]);
    expect(await get(admin)).toEqual(before);
  });
});
