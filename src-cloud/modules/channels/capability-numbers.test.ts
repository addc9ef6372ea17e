import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';

let cloud: TestCloud;
let admin: CloudSession;
let departmentId: string;
const people = {} as Record<'chen' | 'zhao' | 'lin', CloudSession>;

beforeAll(async () => {
  cloud = await startTestCloud();
  admin = await cloud.signIn('admin');
  for (const who of ['chen', 'zhao', 'lin'] as const) people[who] = await cloud.signIn(who);
  const { departments } = (await cloud.as(admin, { url: '/v1/company/departments' })).json<{ departments: { id: string; name: string }[] }>(); // prettier-ignore
  departmentId = departments.find(({ name }) => name === '销售一部')?.id ?? '';
});
afterAll(() => cloud.close());

const url = '/v1/company/capability-numbers';
const binding = (number: string, more: object = {}) => ({
  ...{ number, answeringNumber: '', usage: 'outbound', employeeId: null, departmentId: null, note: '' },
  ...more,
});
async function ask(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object) {
  const reply = await cloud.as(admin, { method, url: `${url}${path}`, ...(body ? { body } : {}) });
  const { error, id = '' } = reply.json<{ id?: string; error?: { code: string } }>();
  return { id, code: error?.code };
}
const list = async () => (await cloud.as(admin, { url })).json<{ numbers: { id: string }[] }>().numbers;
/** By person: the number that their desk is told, null where it is told that it has none. */
async function told(id: string): Promise<Record<string, string | null | undefined>> {
  const found: Record<string, string | null | undefined> = {};
  for (const [who, session] of Object.entries(people)) {
    const { changes } = (await cloud.as(session, { url: '/v1/changes?after=0' })).json<{ changes: { type: string; id: string; row: { number: string } | null }[] }>(); // prettier-ignore
    const change = changes.find((one) => one.type === 'capability-number' && one.id === id);
    found[who] = change?.row ? change.row.number : change && null;
  }
  return found;
}

describe('能力号', () => {
  it('of a department are for everybody in it, of an employee for them alone, and follow where they are bound to', async () => {
    const { id } = await ask('POST', '', binding('0571 5500 0001', { departmentId }));
    const number = '+8657155000001';
    expect(await told(id)).toEqual({ chen: number, zhao: number, lin: null });
    expect(await list()).toMatchObject([{ id, number, answeringNumber: number, departmentName: '销售一部', employeeName: null }]); // prettier-ignore
    const lin = people.lin.employee.id;
    const moved = binding('0571 5500 0001', { employeeId: lin, answeringNumber: '154 0000 0001', usage: 'both' });
    expect((await ask('PUT', `/${id}`, moved)).code).toBeUndefined();
    expect(await told(id)).toEqual({ chen: null, zhao: null, lin: number });
    expect((await ask('DELETE', `/${id}`)).code).toBeUndefined();
    expect(await told(id)).toEqual({ chen: null, zhao: null, lin: null });
    const log = await cloud.asOwner.selectFrom('audit').selectAll().where('entityId', '=', id).orderBy('id').execute();
    expect(log.map(({ action, details }) => [action, details?.before, details?.after])).toMatchObject([
      ['capability-number.created', undefined, { number, department: '销售一部', employee: null }],
      [
        'capability-number.changed',
        { department: '销售一部', usage: 'outbound' },
        { employee: '林可', usage: 'both', answeringNumber: '+8615400000001' },
      ],
      ['capability-number.removed', { number, employee: '林可' }, undefined],
    ]);
  });

  it('stay without a holder when their department goes', async () => {
    const made = await cloud.as(admin, { method: 'POST', url: '/v1/company/departments', body: { name: '临时部' } });
    const { id: department } = made.json<{ id: string }>();
    const { id } = await ask('POST', '', binding('057155000002', { departmentId: department }));
    await cloud.as(admin, { method: 'DELETE', url: `/v1/company/departments/${department}` });
    expect((await list()).find((one) => one.id === id)).toMatchObject({ departmentId: null, employeeId: null });
  });

  it('are refused with what is wrong with them', async () => {
    await ask('POST', '', binding('057155000003'));
    const nobody = '019a0000-0000-7000-8000-000000000001';
    for (const [body, code] of [
      [binding('abc'), 'number.has-letters'],
      [binding('057155000004', { answeringNumber: '12' }), 'number.too-short'],
      [binding('110'), 'number.invalid'],
      [binding('0571-5500-0003'), 'channel.number-taken'],
      [binding('057155000005', { employeeId: nobody }), 'not-found'],
      [binding('057155000005', { departmentId: nobody }), 'not-found'],
      [binding('057155000005', { departmentId, employeeId: people.lin.employee.id }), 'channel.two-holders'],
    ] as const)
      expect([body, (await ask('POST', '', body)).code]).toEqual([body, code]);
  });
});
