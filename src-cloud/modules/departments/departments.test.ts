import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';

interface Department {
  readonly id: string;
  readonly name: string;
  readonly employees: number;
}

let cloud: TestCloud;
let admin: CloudSession;
beforeAll(async () => {
  cloud = await startTestCloud();
  admin = await cloud.signIn('admin');
});
afterAll(() => cloud.close());

const url = '/v1/company/departments';
async function ask(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) {
  const reply = await cloud.as(admin, { method, url: `${url}${path}`, ...(body ? { body } : {}) });
  return { status: reply.statusCode, ...reply.json<{ id?: string; error?: { code: string; details: object } }>() };
}
async function list(session = admin): Promise<Department[]> {
  return (await cloud.as(session, { url })).json<{ departments: Department[] }>().departments;
}
const named = async (name: string): Promise<Department> => {
  const found = (await list()).find((one) => one.name === name);
  if (!found) throw new Error(`no department ${name}`);
  return found;
};
const auditOf = (entityId: string) =>
  cloud.asOwner.selectFrom('audit').selectAll().where('entityId', '=', entityId).orderBy('at').orderBy('id').execute();

describe('departments', () => {
  it('are listed as they were made, with how many work there; managers see their own', async () => {
    expect((await list()).map(({ name, employees }) => [name, employees])).toEqual([
      ['销售一部', 2],
      ['销售二部', 1],
      ['运营部', 1],
    ]);
    expect((await list(await cloud.signIn('zhao'))).map(({ name }) => name)).toEqual(['销售一部']);
  });

  it('are made, renamed and taken away, and the audit log says by whom, what changed, and from where', async () => {
    const { id = '' } = await ask('POST', '', { name: '  客服部  ' });
    expect(await ask('PATCH', `/${id}`, { name: '客户成功部' })).toEqual({ status: 200 });
    // Nothing changes: nothing to tell.
    expect(await ask('PATCH', `/${id}`, { name: '客户成功部' })).toEqual({ status: 200 });
    expect(await ask('DELETE', `/${id}`)).toEqual({ status: 200 });
    expect((await list()).map(({ name }) => name)).not.toContain('客户成功部');
    const common = {
      employeeId: admin.employee.id,
      entityType: 'department',
      address: '127.0.0.1',
      deviceName: 'test',
    };
    expect(await auditOf(id)).toMatchObject([
      { ...common, action: 'department.created', entityName: '客服部', details: null },
      {
        ...common,
        action: 'department.renamed',
        details: { before: { name: '客服部' }, after: { name: '客户成功部' } },
      },
      { ...common, action: 'department.removed', entityName: '客户成功部', details: null },
    ]);
  });

  it('have each a name of their own, also when two are made at the same moment', async () => {
    const refused = { status: 422, error: { code: 'department.name-taken', details: {} } };
    expect(await ask('POST', '', { name: '销售一部' })).toEqual(refused);
    expect(await ask('PATCH', `/${(await named('运营部')).id}`, { name: '销售一部' })).toEqual(refused);
    const both = await Promise.all([ask('POST', '', { name: '同名' }), ask('POST', '', { name: '同名' })]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 422]);
    await ask('DELETE', `/${(await named('同名')).id}`);
  });

  it('are not taken away while people work in them', async () => {
    const { id } = await named('销售一部');
    const error = { code: 'department.not-empty', details: { employees: 2 } };
    expect(await ask('DELETE', `/${id}`)).toEqual({ status: 422, error });
    expect(await auditOf(id)).toEqual([]);
  });

  it('tell the desks of a new name: their people carry it', async () => {
    const chen = await cloud.signIn('chen');
    const page = async (after: number) =>
      (await cloud.as(chen, { url: `/v1/changes?after=${after}` })).json<{
        next: number;
        changes: { row: object }[];
      }>();
    const { next } = await page(0);
    const { id } = await named('销售一部');
    await ask('PATCH', `/${id}`, { name: '销售一部（华东）' });
    expect((await page(next)).changes).toMatchObject([
      { type: 'employee', row: { departmentName: '销售一部（华东）' } },
    ]);
    await ask('PATCH', `/${id}`, { name: '销售一部' });
  });

  it('have names of people, not of machines: empty ones and very long ones are refused', async () => {
    for (const name of ['', '   ', 'x'.repeat(41)])
      expect((await ask('POST', '', { name })).error?.code).toBe('input.invalid');
  });
});

describe('the list of employees', () => {
  const employees = async (query: string, session = admin) =>
    (await cloud.as(session, { url: `/v1/company/employees${query}` })).json<{
      employees: { account: string; departmentName: string; lastSeenAt: number | null; disabled: boolean }[];
      total: number;
    }>();
  const accounts = async (query: string, session = admin): Promise<string[]> =>
    (await employees(query, session)).employees.map(({ account }) => account);

  it('shows everybody to administrators and their own department to managers', async () => {
    expect((await accounts('')).sort()).toEqual(['admin', 'chen', 'lin', 'zhao']);
    expect((await accounts('', await cloud.signIn('zhao'))).sort()).toEqual(['chen', 'zhao']);
  });

  it('is searched by part of a name or account, whose signs mean themselves, and by department', async () => {
    expect(await accounts('?search=CHE')).toEqual(['chen']);
    expect(await accounts(`?search=${encodeURIComponent('林')}`)).toEqual(['lin']);
    for (const sign of ['%', '_', '\\']) expect(await accounts(`?search=${encodeURIComponent(sign)}`)).toEqual([]);
    const { id } = await named('销售二部');
    expect(await accounts(`?departmentId=${id}`)).toEqual(['lin']);
  });

  it('comes in pages, in one order, with the number of all', async () => {
    const [all, first, second] = [
      await accounts(''),
      await employees('?limit=3'),
      await employees('?limit=3&offset=3'),
    ];
    expect([first.total, second.total]).toEqual([4, 4]);
    expect([...first.employees, ...second.employees].map(({ account }) => account)).toEqual(all);
  });

  it('says when somebody was last seen', async () => {
    const [lin] = (await employees('?search=lin')).employees;
    const [me] = (await employees('?search=admin')).employees;
    expect([lin?.lastSeenAt, typeof me?.lastSeenAt]).toEqual([null, 'number']);
  });
});
