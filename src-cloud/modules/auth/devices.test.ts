import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import type { CloudDevice, CloudSession, RouteReply, companyDevices } from '#shared/cloud-contract/contract.ts';
import { startTestCloud, type Account, type TestCloud } from '../../testing/test-cloud.ts';

type CompanyDevice = RouteReply<typeof companyDevices>['devices'][number];

const clock = new ManualClock();
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud({ clock });
}, 60_000);
afterAll(() => cloud.close());

async function signInOn(account: Account, deviceId: string, deviceName = deviceId): Promise<CloudSession> {
  const body = { account, password: 'demo1234', deviceId, deviceName };
  return (await cloud.app.inject({ method: 'POST', url: '/v1/auth/sign-in', body })).json<CloudSession>();
}
const refresh = (refreshToken: string, deviceId: string) =>
  cloud.app.inject({ method: 'POST', url: '/v1/auth/refresh', body: { refreshToken, deviceId } });
const list = (session: CloudSession, employeeId?: string) =>
  cloud.as(session, { url: `/v1/auth/devices${employeeId ? `?employeeId=${employeeId}` : ''}` });
const devicesOf = async (session: CloudSession, employeeId?: string): Promise<CloudDevice[]> =>
  (await list(session, employeeId)).json<{ devices: CloudDevice[] }>().devices;
const end = (session: CloudSession, id: string) =>
  cloud.as(session, { method: 'DELETE', url: `/v1/auth/devices/${id}` });
const codeOf = (reply: { json(): { error?: { code: string } } }) => reply.json().error?.code;
const me = (session: CloudSession) => cloud.as(session, { url: '/v1/me' });

describe('the list of devices', () => {
  it('says where I am signed in, since when and until when, and which one this is', async () => {
    const since = clock.now();
    const office = await signInOn('chen', 'office-1', '工位 12');
    clock.advance(60_000);
    const home = await signInOn('chen', 'home-1', '家里');
    clock.advance(60_000);
    const { refreshToken } = (await refresh(office.refreshToken, 'office-1')).json<CloudSession>();
    const common = { signedIn: true, id: expect.any(String) as string };
    expect(await devicesOf(home)).toEqual([
      { ...common, name: '工位 12', firstSeenAt: since, signedInAt: since, lastSeenAt: since + 120_000, current: false },
      { ...common, name: '家里', firstSeenAt: since + 60_000, signedInAt: since + 60_000, lastSeenAt: since + 60_000, current: true },
    ]); // prettier-ignore
    expect(JSON.stringify(await devicesOf(home))).not.toMatch(/office-1|home-1|127\./);
    await cloud.app.inject({ method: 'POST', url: '/v1/auth/sign-out', body: { refreshToken } });
    clock.advance(1000);
    await signInOn('chen', 'home-1', '家里的新电脑');
    expect(await devicesOf(home)).toMatchObject([
      { name: '家里的新电脑', firstSeenAt: since + 60_000, signedInAt: since + 121_000, signedIn: true },
      { name: '工位 12', signedIn: false },
    ]);
  });

  it('is for its owner, and for administrators of the company', async () => {
    const sessions = { lin: await signInOn('lin', 'd'), zhao: await signInOn('zhao', 'd'), chen: await signInOn('chen', 'd'), admin: await signInOn('admin', 'd'), foreign: await signInOn('foreign-admin', 'd') }; // prettier-ignore
    const lin = sessions.lin.employee.id;
    expect(await devicesOf(sessions.admin, lin)).toMatchObject([{ name: 'd', current: false }]);
    expect(await devicesOf(sessions.lin, lin)).toMatchObject([{ name: 'd', current: true }]);
    // zhao leads chen's department: no matter.
    const chen = sessions.chen.employee.id;
    expect([codeOf(await list(sessions.zhao, chen)), codeOf(await list(sessions.chen, lin))]).toEqual(['access.denied', 'access.denied']); // prettier-ignore
    expect(codeOf(await list(sessions.foreign, lin))).toBe('not-found');
    const [device] = await devicesOf(sessions.lin);
    for (const who of [sessions.zhao, sessions.chen, sessions.foreign])
      expect(codeOf(await end(who, device?.id ?? ''))).toBe('not-found');
    expect((await me(sessions.lin)).statusCode).toBe(200);
  });
});

describe('the devices of the company', () => {
  const company = (session: CloudSession, query = '') => cloud.as(session, { url: `/v1/company/devices?${query}` });
  const listed = async (session: CloudSession, query = ''): Promise<CompanyDevice[]> =>
    (await company(session, query)).json<{ devices: CompanyDevice[] }>().devices;
  const endAll = (session: CloudSession, id: string) =>
    cloud.as(session, { method: 'DELETE', url: `/v1/company/employees/${id}/devices` });
  const endOne = (session: CloudSession, id: string) =>
    cloud.as(session, { method: 'DELETE', url: `/v1/company/devices/${id}` });

  it('say whose they are, where they were seen last and with which program, and how they stand', async () => {
    const body = {
      account: 'lin',
      password: 'demo1234',
      deviceId: 'seat-7',
      deviceName: '工位 7',
      deskVersion: '1.2.3',
    };
    const request = { method: 'POST', url: '/v1/auth/sign-in', body, remoteAddress: '10.9.8.7' } as const;
    const lin = (await cloud.app.inject(request)).json<CloudSession>();
    const admin = await signInOn('admin', 'boss-2');
    const [device, ...others] = await listed(admin, 'search=' + encodeURIComponent('工位 7'));
    expect(others).toEqual([]);
    expect(device).toMatchObject({
      ...{ name: '工位 7', employeeId: lin.employee.id, employeeName: lin.employee.name, state: 'signed-in' },
      ...{ departmentName: lin.employee.departmentName, version: '1.2.3', address: '10.9.8.7', current: false },
    });
    expect(JSON.stringify(device)).not.toContain('seat-7');
    // A program that does not say its version does not take away what is known; its address is where it is now.
    await refresh(lin.refreshToken, 'seat-7');
    expect(await listed(admin, 'search=10.9')).toEqual([]);
    expect(await listed(admin, `employeeId=${lin.employee.id}&search=${encodeURIComponent('工位 7')}`)).toMatchObject([{ version: '1.2.3', address: '127.0.0.1' }]); // prettier-ignore
    expect((await listed(admin, 'state=signed-in')).filter(({ current }) => current)).toMatchObject([
      { name: 'boss-2' },
    ]);
    const all = await company(admin, 'limit=2&offset=1');
    const { total, devices } = all.json<{ total: number; devices: CompanyDevice[] }>();
    expect([devices.length, total]).toEqual([2, (await listed(admin)).length]);
    // Of another company none, whoever asks.
    const foreign = await listed(await signInOn('foreign-admin', 'elsewhere'));
    expect(foreign.map(({ employeeName }) => employeeName)).not.toContain(lin.employee.name);
  });

  it('are seen by a manager as far as their department goes, who takes none of them off', async () => {
    const [zhao, chen, lin] = [await signInOn('zhao', 'lead'), await signInOn('chen', 'c'), await signInOn('lin', 'l')];
    const whose = new Set((await listed(zhao, 'limit=100')).map(({ employeeId }) => employeeId));
    expect([whose.has(zhao.employee.id), whose.has(chen.employee.id), whose.has(lin.employee.id)]).toEqual([true, true, false]); // prettier-ignore
    const [device] = await listed(zhao, `employeeId=${chen.employee.id}&search=c`);
    for (const reply of [
      await endOne(zhao, device?.id ?? ''),
      await endAll(zhao, chen.employee.id),
      await company(chen),
    ])
      expect(codeOf(reply)).toBe('access.denied');
    expect((await me(chen)).statusCode).toBe(200);
  });

  it('are taken off by an administrator, one or all of a person, and the log says whose', async () => {
    const admin = await signInOn('admin', 'boss-3');
    const desks = [
      await signInOn('zhao', 'one'),
      await signInOn('zhao', 'two'),
      await signInOn('zhao', 'three'),
    ] as const;
    const zhao = desks[0].employee;
    const one = (await listed(admin, `employeeId=${zhao.id}`)).find(({ name }) => name === 'one');
    expect((await endOne(admin, one?.id ?? '')).statusCode).toBe(200);
    expect([codeOf(await me(desks[0])), (await me(desks[1])).statusCode]).toEqual(['auth.expired', 200]);
    expect((await listed(admin, `employeeId=${zhao.id}&state=taken-off`)).map(({ name }) => name)).toContain('one');
    const left = (await listed(admin, `employeeId=${zhao.id}&state=signed-in`)).length;
    expect((await endAll(admin, zhao.id)).json()).toEqual({ ended: left });
    for (const [at, desk] of desks.entries())
      expect([codeOf(await me(desk)), codeOf(await refresh(desk.refreshToken, ['one', 'two', 'three'][at] ?? ''))]).toEqual(['auth.expired', 'auth.revoked']); // prettier-ignore
    expect(await listed(admin, `employeeId=${zhao.id}&state=signed-in`)).toEqual([]);
    expect((await endAll(admin, zhao.id)).json()).toEqual({ ended: 0 });
    expect([codeOf(await endAll(admin, admin.employee.id)), codeOf(await endAll(admin, one?.id ?? ''))]).toEqual(['employee.yourself', 'not-found']); // prettier-ignore
    const audit = await cloud.asOwner.selectFrom('audit').select(['entityName', 'details']).where('action', '=', 'device-revoked').where('employeeId', '=', admin.employee.id).execute(); // prettier-ignore
    const ofZhao = audit.filter(({ details }) => details?.before?.['employee'] === zhao.name);
    expect(ofZhao.map(({ entityName }) => entityName)).toEqual(expect.arrayContaining(['one', 'two', 'three']));
  });
});

describe('taking a device off', () => {
  it('refuses its next request, tells it why, is audited, and touches no other', async () => {
    const [lost, here, colleague] = [await signInOn('lin', 'lost'), await signInOn('lin', 'here'), await signInOn('chen', 'lost')]; // prettier-ignore
    const again = await signInOn('lin', 'lost');
    const device = (await devicesOf(here)).find(({ name }) => name === 'lost');
    expect((await end(here, device?.id ?? '')).statusCode).toBe(200);
    for (const gone of [lost, again]) {
      expect(codeOf(await me(gone))).toBe('auth.expired');
      expect([401, 'auth.revoked']).toEqual([
        (await refresh(gone.refreshToken, 'lost')).statusCode,
        codeOf(await refresh(gone.refreshToken, 'lost')),
      ]);
    }
    for (const stays of [here, colleague]) expect((await me(stays)).statusCode).toBe(200);
    // Who holds the token on another device learns nothing.
    expect(codeOf(await refresh(lost.refreshToken, 'thief'))).toBe('auth.expired');
    expect((await devicesOf(here)).find(({ id }) => id === device?.id)).toMatchObject({ signedIn: false });
    const audit = await cloud.asOwner.selectFrom('audit').selectAll().where('action', '=', 'device-revoked').where('employeeId', '=', here.employee.id).execute(); // prettier-ignore
    expect(audit).toMatchObject([{ employeeId: here.employee.id, entityId: device?.id }]);
  });

  it('by an administrator counts as well, and the person may sign in there again', async () => {
    const [desk, admin] = [await signInOn('zhao', 'desk'), await signInOn('admin', 'boss')];
    const device = (await devicesOf(admin, desk.employee.id)).find(({ name }) => name === 'desk');
    await end(admin, device?.id ?? '');
    expect(codeOf(await me(desk))).toBe('auth.expired');
    expect((await me(await signInOn('zhao', 'desk'))).statusCode).toBe(200);
  });

  it('while its tokens are being refreshed leaves no session behind', async () => {
    const here = await signInOn('chen', 'stays');
    for (let round = 0; round < 12; round += 1) {
      const racing = await signInOn('chen', 'races');
      const device = (await devicesOf(here)).find(({ name }) => name === 'races');
      const [reply] = await Promise.all([refresh(racing.refreshToken, 'races'), end(here, device?.id ?? '')]);
      const token = reply.statusCode === 200 ? reply.json<CloudSession>() : racing;
      expect(codeOf(await me({ ...racing, accessToken: token.accessToken }))).toBe('auth.expired');
      expect(codeOf(await refresh(token.refreshToken, 'races'))).toBe('auth.revoked');
    }
  });

  it('a new password says so to the devices whose sessions it ended', async () => {
    const [here, there] = [await signInOn('chen', 'here-2'), await signInOn('chen', 'there-2')];
    const body = { oldPassword: 'demo1234', newPassword: 'sieben Lampen' };
    expect((await cloud.as(here, { method: 'POST', url: '/v1/auth/change-password', body })).statusCode).toBe(200);
    expect(codeOf(await refresh(there.refreshToken, 'there-2'))).toBe('auth.password-changed');
  });
});
