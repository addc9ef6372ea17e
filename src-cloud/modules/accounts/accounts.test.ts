import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { newId } from '../../main/system.ts';
import { makeCall, pushCall, startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';

let cloud: TestCloud;
let admin: CloudSession;
beforeAll(async () => {
  cloud = await startTestCloud();
});
beforeEach(async () => {
  admin = await cloud.signIn('admin');
});
afterAll(() => cloud.close());

const url = '/v1/company/employees';
interface Said {
  readonly id?: string;
  readonly password?: string;
  readonly error?: { readonly code: string };
}
async function ask(method: 'POST' | 'PATCH', path: string, body: object, as = admin): Promise<Said> {
  return (await cloud.as(as, { method, url: `${url}${path}`, body })).json<Said>();
}
const codeOf = async (said: Promise<Said>): Promise<string | undefined> => (await said).error?.code;
const signIn = async (account: string, password: string, newPassword?: string, deviceId = `device-${account}`) => {
  const body = {
    account,
    password,
    deviceId,
    deviceName: 'test',
    ...(newPassword === undefined ? {} : { newPassword }),
  };
  const reply = await cloud.app.inject({ method: 'POST', url: '/v1/auth/sign-in', body });
  return { status: reply.statusCode, ...reply.json<Said & CloudSession>() };
};
async function department(name: string): Promise<string> {
  const reply = await cloud.as(admin, { url: '/v1/company/departments' });
  const found = reply
    .json<{ departments: { id: string; name: string }[] }>()
    .departments.find((one) => one.name === name);
  return found?.id ?? '';
}
let accounts = 0;
/** A new employee with a password of their own. */
async function hire(fields: { role?: string; departmentId?: string | null } = {}) {
  const account = `neu${(accounts += 1)}`;
  const made = await ask('POST', '', {
    account,
    name: `新人${accounts}`,
    role: 'agent',
    departmentId: null,
    ...fields,
  });
  const session = await signIn(account, made.password ?? '', `zwölf Monde ${account}`);
  return { id: made.id ?? '', account, session: session as CloudSession };
}
const actions = async (entityId: string): Promise<[string, unknown][]> => {
  const found = cloud.asOwner.selectFrom('audit').select(['action', 'details']).where('entityId', '=', entityId);
  return (await found.orderBy('id').execute()).map(({ action, details }) => [action, details]);
};

describe('a new employee', () => {
  it('has a one-time password, which opens nothing by itself, and is replaced at the first sign-in', async () => {
    const departmentId = await department('销售二部');
    const made = await ask('POST', '', { account: ' wu ', name: '吴示例', role: 'agent', departmentId });
    const once = made.password ?? '';
    expect(once).toMatch(/^[a-z2-9]{12}$/);
    const refusals: [string | undefined, string][] = [
      [undefined, 'password.change-required'],
      [once, 'password.unchanged'],
      ['kurz', 'password.too-short'],
      ['吴示例12345', 'password.personal'],
      ['示例科技有限公司123', 'password.personal'],
    ];
    for (const [fresh, code] of refusals)
      expect(await signIn('wu', once, fresh)).toMatchObject({ status: 422, error: { code } });
    expect((await signIn('wu', 'a wrong one', 'sieben Lampen')).error?.code).toBe('auth.bad-credentials');
    const session = await signIn('wu', once, 'sieben Lampen');
    expect(session.employee).toMatchObject({
      name: '吴示例',
      account: 'wu',
      role: 'agent',
      departmentName: '销售二部',
    });
    // From now on the one-time password is nobody's.
    expect((await signIn('wu', once, 'neun Lampen im Garten')).error?.code).toBe('auth.bad-credentials');
    expect((await signIn('wu', 'sieben Lampen')).status).toBe(200);
    expect((await signIn('wu', 'sieben Lampen', 'acht Lampen hell')).error?.code).toBe('input.invalid');
    expect(await actions(made.id ?? '')).toEqual([
      ['employee.created', { after: { account: 'wu', role: 'agent', department: '销售二部' } }],
      ['password-changed', null],
    ]);
  });

  it('is signed in once only by two who send the one-time password at the same moment', async () => {
    const { password = '' } = await ask('POST', '', { account: 'zwei', name: '二', role: 'agent', departmentId: null });
    const both = await Promise.all([
      signIn('zwei', password, 'erster Wunsch', 'a'),
      signIn('zwei', password, 'zweiter Wunsch', 'b'),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('needs an account that nobody in the whole cloud has, whatever its case', async () => {
    const person = { name: 'x', role: 'agent', departmentId: null };
    for (const account of ['chen', 'CHEN', 'foreign-admin'])
      expect(await codeOf(ask('POST', '', { ...person, account }))).toBe('account.taken');
    for (const account of ['a', 'mit leer', '', 'x'.repeat(61)])
      expect(await codeOf(ask('POST', '', { ...person, account }))).toBe('input.invalid');
    expect(await codeOf(ask('POST', '', { ...person, account: 'xx', departmentId: newId() }))).toBe('not-found');
  });
});

describe('a forgotten password', () => {
  it('is replaced by a one-time one, which ends every session of the person', async () => {
    const { id, account, session } = await hire();
    const { password = '' } = await ask('POST', `/${id}/password`, {});
    expect((await cloud.as(session, { url: '/v1/me' })).statusCode).toBe(401);
    const refresh = { refreshToken: session.refreshToken, deviceId: `device-${account}` };
    const refused = await cloud.app.inject({ method: 'POST', url: '/v1/auth/refresh', body: refresh });
    expect(refused.json<Said>().error?.code).toBe('auth.password-changed');
    expect((await signIn(account, `zwölf Monde ${account}`)).error?.code).toBe('auth.bad-credentials');
    const again = await signIn(account, password, 'vier rote Dächer');
    // With it the desk opens what it had sealed.
    expect(again.deskKey).toBe(session.deskKey);
    expect((await actions(id)).map(([action]) => action)).toContain('password-reset');
  });

  it('is forgotten with all that was tried: the one-time one is not waited for', async () => {
    const { id, account } = await hire();
    for (let n = 0; n < 6; n += 1) await signIn(account, 'which was it');
    expect((await signIn(account, `zwölf Monde ${account}`)).error?.code).toBe('auth.locked');
    const { password = '' } = await ask('POST', `/${id}/password`, {});
    expect((await signIn(account, password, 'drei blaue Dächer')).status).toBe(200);
  });

  it('is not reset by oneself, and not for nobody', async () => {
    expect(await codeOf(ask('POST', `/${admin.employee.id}/password`, {}))).toBe('employee.yourself');
    expect(await codeOf(ask('POST', `/${newId()}/password`, {}))).toBe('not-found');
  });
});

describe('changing an employee', () => {
  it('is written down once for each thing that changed', async () => {
    const { id } = await hire();
    const departmentId = await department('运营部');
    await ask('PATCH', `/${id}`, { name: '新名字', role: 'manager', departmentId, disabled: true });
    await ask('PATCH', `/${id}`, { name: '新名字', disabled: false });
    expect((await actions(id)).slice(2)).toEqual([
      ['employee.renamed', { before: { name: expect.stringMatching('新人') }, after: { name: '新名字' } }],
      ['employee.role', { before: { role: 'agent' }, after: { role: 'manager' } }],
      ['employee.moved', { before: { department: null }, after: { department: '运营部' } }],
      ['employee.disabled', null],
      ['employee.enabled', null],
    ]);
  });

  it('that is disabled refuses the next request, and lets in again when it is enabled', async () => {
    const { id, account, session } = await hire();
    await ask('PATCH', `/${id}`, { disabled: true });
    expect((await cloud.as(session, { url: '/v1/me' })).json<Said>().error?.code).toBe('auth.disabled');
    expect((await signIn(account, `zwölf Monde ${account}`)).error?.code).toBe('auth.disabled');
    await ask('PATCH', `/${id}`, { disabled: false });
    expect((await cloud.as(session, { url: '/v1/me' })).statusCode).toBe(200);
  });

  it('never leaves the company without an administrator, and nobody takes away their own role', async () => {
    expect(await codeOf(ask('PATCH', `/${admin.employee.id}`, { role: 'agent' }))).toBe('employee.yourself');
    expect(await codeOf(ask('PATCH', `/${admin.employee.id}`, { disabled: true }))).toBe('employee.yourself');
    expect(await codeOf(ask('PATCH', `/${admin.employee.id}`, { name: '周敏' }))).toBeUndefined();
    const second = await hire({ role: 'admin' });
    // Each takes the role of the other in the same moment: one of the two is too late.
    const codes = await Promise.all([
      codeOf(ask('PATCH', `/${second.id}`, { role: 'agent' })),
      codeOf(ask('PATCH', `/${admin.employee.id}`, { disabled: true }, second.session)),
    ]);
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    const left = cloud.asOwner.selectFrom('employee').select('account').where('companyId', '=', admin.company.id);
    expect(await left.where('role', '=', 'admin').where('disabled', '=', false).execute()).toHaveLength(1);
    await cloud.asOwner.updateTable('employee').set({ role: 'admin', disabled: false }).where('account', '=', 'admin').execute(); // prettier-ignore
    await cloud.asOwner.updateTable('employee').set({ disabled: true }).where('id', '=', second.id).execute();
  });
});

describe('who thereby sees more or less', () => {
  interface Page {
    readonly epoch: string;
    readonly changes: readonly { readonly type: string; readonly id: string }[];
  }
  const pull = async (session: CloudSession): Promise<Page> =>
    (await cloud.as(session, { url: '/v1/changes' })).json<Page>();
  const sees = async (session: CloudSession, callId: string): Promise<boolean> =>
    (await cloud.as(session, { url: '/v1/changes' })).payload.includes(callId);

  it('gets another epoch in the same transaction: the person, and the managers of both departments', async () => {
    const [first, second] = [await department('销售一部'), await department('销售二部')];
    const mover = await hire({ departmentId: first });
    const [zhao, theirManager, chen] = [
      await cloud.signIn('zhao'),
      (await hire({ role: 'manager', departmentId: second })).session,
      await cloud.signIn('chen'),
    ];
    const call = makeCall(mover.session.employee.id);
    await pushCall(cloud, mover.session, call);
    const before = await Promise.all([mover.session, zhao, theirManager, chen, admin].map(pull));
    expect([await sees(zhao, call.id), await sees(theirManager, call.id)]).toEqual([true, false]);
    await ask('PATCH', `/${mover.id}`, { departmentId: second });
    const after = await Promise.all([mover.session, zhao, theirManager, chen, admin].map(pull));
    expect(after.map(({ epoch }, at) => epoch !== before[at]?.epoch)).toEqual([true, true, true, false, false]);
    expect([await sees(zhao, call.id), await sees(theirManager, call.id)]).toEqual([false, true]);
  });

  it('gets another epoch with another role', async () => {
    const { id, session } = await hire({ departmentId: await department('销售一部') });
    const before = await pull(session);
    await ask('PATCH', `/${id}`, { role: 'manager' });
    expect((await pull(session)).epoch).not.toBe(before.epoch);
  });

  it('keeps the epoch when nothing of that changes', async () => {
    const { id, session } = await hire({ departmentId: await department('销售一部') });
    const zhao = await cloud.signIn('zhao');
    const before = await Promise.all([pull(session), pull(zhao)]);
    await ask('PATCH', `/${id}`, { name: '别的名字', departmentId: await department('销售一部') });
    const after = await Promise.all([pull(session), pull(zhao)]);
    expect(after.map(({ epoch }) => epoch)).toEqual(before.map(({ epoch }) => epoch));
  });
});
