import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { buildServer } from '../../app/build-server.ts';
import { startTestCloud, type TestCloud } from '../../testing/test-cloud.ts';

const clock = new ManualClock();
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud({ clock });
}, 60_000);
afterAll(() => cloud.close());

const post = (url: string, body: object, remoteAddress = '127.0.0.1') =>
  cloud.app.inject({ method: 'POST', url, body, remoteAddress });
const signIn = (account: string, password: string, address?: string) =>
  post('/v1/auth/sign-in', { account, password, deviceId: 'd1', deviceName: 'test' }, address);
const refresh = (refreshToken: string, deviceId: string) => post('/v1/auth/refresh', { refreshToken, deviceId });
const codeOf = (reply: { json(): { error?: { code: string } } }) => reply.json().error?.code;

describe('sign-in', () => {
  it('answers with person, company and working tokens', async () => {
    const session = await cloud.signIn('chen');
    expect(session.employee).toMatchObject({
      account: 'chen',
      name: '陈晓',
      role: 'agent',
      departmentName: '销售一部',
    });
    expect(session.company).toMatchObject({ name: '示例科技有限公司', sample: true });
    const me = await cloud.as(session, { method: 'GET', url: '/v1/me' });
    expect(me.json()).toEqual({ employee: session.employee, company: session.company });
  });

  it('refuses a wrong password and an unknown account in the same words', async () => {
    const wrong = await signIn('lin', 'nope', '127.0.0.2');
    const unknown = await signIn('nobody', 'nope', '127.0.0.2');
    expect([wrong.statusCode, codeOf(wrong)]).toEqual([401, 'auth.bad-credentials']);
    expect(unknown.json()).toEqual(wrong.json());
  });

  it('locks after five wrong tries, longer each time, for that address only', async () => {
    const address = '127.0.0.3';
    for (let n = 0; n < 5; n += 1) expect(codeOf(await signIn('zhao', 'nope', address))).toBe('auth.bad-credentials');
    const locked = await signIn('zhao', 'demo1234', address);
    expect([locked.statusCode, locked.json()]).toEqual([
      429,
      { error: { code: 'auth.locked', details: { waitMs: 30_000 } } },
    ]);
    expect((await signIn('zhao', 'demo1234', '127.0.0.4')).statusCode).toBe(200);
    clock.advance(30_000);
    expect(codeOf(await signIn('zhao', 'nope', address))).toBe('auth.bad-credentials');
    expect((await signIn('zhao', 'demo1234', address)).json()).toMatchObject({
      error: { details: { waitMs: 60_000 } },
    });
    clock.advance(60_000);
    expect((await signIn('zhao', 'demo1234', address)).statusCode).toBe(200);
    expect(codeOf(await signIn('zhao', 'nope', address))).toBe('auth.bad-credentials');
  });

  it('counts all of an IPv6 network as one address', async () => {
    const from = (n: number): string => `2001:db8:0:1::${n}`;
    for (let n = 0; n < 5; n += 1) expect(codeOf(await signIn('zhao', 'nope', from(n)))).toBe('auth.bad-credentials');
    expect(codeOf(await signIn('zhao', 'demo1234', from(9)))).toBe('auth.locked');
    expect((await signIn('zhao', 'demo1234', '2001:db8:0:2::9')).statusCode).toBe(200);
    clock.advance(30_000);
  });

  it('counts tries that run at once', async () => {
    const replies = await Promise.all(Array.from({ length: 12 }, () => signIn('admin', 'nope', '127.0.0.5')));
    expect(replies.filter((reply) => codeOf(reply) === 'auth.bad-credentials')).toHaveLength(5);
    expect(replies.filter((reply) => codeOf(reply) === 'auth.locked')).toHaveLength(7);
  });

  it('counts for all processes on one database, and a restart forgives nothing', async () => {
    const other = await buildServer(cloud.deps);
    const body = { account: 'chen', password: 'nope', deviceId: 'd1', deviceName: 'test' };
    const request = { method: 'POST', url: '/v1/auth/sign-in', body, remoteAddress: '127.0.0.6' } as const;
    for (let n = 0; n < 5; n += 1)
      expect(codeOf(await (n % 2 ? cloud.app : other).inject(request))).toBe('auth.bad-credentials');
    await other.close();
    const restarted = await buildServer(cloud.deps);
    for (const app of [cloud.app, restarted]) {
      const reply = await app.inject({ ...request, body: { ...body, password: 'demo1234' } });
      expect([reply.json(), reply.headers['retry-after']]).toEqual([
        { error: { code: 'auth.locked', details: { waitMs: 30_000 } } },
        '30',
      ]);
    }
    await restarted.close();
  });

  /** As if the one count that stands at `from` had come to `to` by many more tries: each costs a hash. */
  async function countOn(from: number, to: number): Promise<void> {
    const { numUpdatedRows } = await cloud.asOwner
      .updateTable('signInTry')
      .set({ tries: to })
      .where('tries', '=', from)
      .executeTakeFirstOrThrow();
    expect(numUpdatedRows).toBe(1n);
  }

  it('holds up an address that tries many accounts, and takes no success for a pardon', async () => {
    clock.advance(60 * 60_000 + 1);
    const address = '127.0.0.7';
    for (let n = 0; n < 3; n += 1)
      expect(codeOf(await signIn(`nobody-${n}`, 'nope', address))).toBe('auth.bad-credentials');
    await countOn(3, 49);
    expect((await signIn('chen', 'demo1234', address)).statusCode).toBe(200);
    expect(codeOf(await signIn('nobody-3', 'nope', address))).toBe('auth.bad-credentials');
    expect(codeOf(await signIn('nobody-4', 'nope', address))).toBe('auth.locked');
    expect(codeOf(await signIn('chen', 'demo1234', address))).toBe('auth.locked');
  });

  it('holds up who guesses one account from many places, but not the devices it is used on', async () => {
    clock.advance(60 * 60_000 + 1);
    const from = (n: number) => `127.0.2.${n}`;
    await cloud.signIn('foreign-admin');
    for (let n = 0; n < 3; n += 1)
      expect(codeOf(await signIn('foreign-admin', 'nope', from(n)))).toBe('auth.bad-credentials');
    await countOn(3, 99);
    expect(codeOf(await signIn('foreign-admin', 'nope', from(3)))).toBe('auth.bad-credentials');
    const locked = await signIn('foreign-admin', 'demo1234', from(4));
    expect(locked.json()).toEqual({ error: { code: 'auth.locked', details: { waitMs: 30_000 } } });
    expect((await cloud.signIn('foreign-admin')).employee.account).toBe('foreign-admin');
  });

  it('keeps neither accounts nor addresses of those who tried, and forgets them after an hour', async () => {
    await signIn('somebody-else', 'nope', '127.0.0.8');
    const kept = () => cloud.asOwner.selectFrom('signInTry').selectAll().execute();
    expect(JSON.stringify(await kept())).not.toMatch(/somebody|127\.0/);
    clock.advance(60 * 60_000 + 1);
    await signIn('chen', 'demo1234', '127.0.0.9');
    expect((await kept()).filter(({ tries }) => tries > 0)).toEqual([]);
  });

  it('shuts out a disabled account at once, open sessions included', async () => {
    const session = await cloud.signIn('lin');
    const set = (disabled: boolean) =>
      cloud.asOwner.updateTable('employee').set({ disabled }).where('account', '=', 'lin').execute();
    await set(true);
    expect(codeOf(await cloud.as(session, { method: 'GET', url: '/v1/me' }))).toBe('auth.disabled');
    expect(codeOf(await refresh(session.refreshToken, 'device-lin'))).toBe('auth.disabled');
    expect(codeOf(await signIn('lin', 'demo1234'))).toBe('auth.disabled');
    await set(false);
  });
});

describe('a new password', () => {
  const change = (session: CloudSession, oldPassword: string, newPassword: string) =>
    cloud.as(session, { method: 'POST', url: '/v1/auth/change-password', body: { oldPassword, newPassword } });
  const fresh = 'ｂｌａｕｅ Lampe 7';

  it('ends all other sessions of the person, is audited, and counts from then on, however it is typed', async () => {
    const other = await cloud.signIn('lin');
    const session = await cloud.signIn('lin');
    const colleague = await cloud.signIn('chen');
    expect((await change(session, 'demo1234', fresh)).statusCode).toBe(200);
    expect(codeOf(await cloud.as(other, { url: '/v1/me' }))).toBe('auth.expired');
    expect(codeOf(await refresh(other.refreshToken, 'device-lin'))).toBe('auth.password-changed');
    for (const stays of [session, colleague]) expect((await cloud.as(stays, { url: '/v1/me' })).statusCode).toBe(200);
    expect(codeOf(await signIn('lin', 'demo1234', '127.0.1.1'))).toBe('auth.bad-credentials');
    expect((await signIn('lin', 'blaue Lampe 7', '127.0.1.1')).statusCode).toBe(200);
    const audit = await cloud.asOwner
      .selectFrom('audit')
      .selectAll()
      .where('action', '=', 'password-changed')
      .execute();
    expect(audit).toMatchObject([{ employeeId: session.employee.id, entityId: session.employee.id }]);
    expect((await change(session, fresh, 'demo1234!')).statusCode).toBe(200);
  });

  it('is refused by rule and in its own words; a wrong old one is asked for five times', async () => {
    const session = await cloud.signIn('zhao');
    for (const [wanted, code] of [
      ['kurz', 'password.too-short'],
      ['x7'.repeat(101), 'password.too-long'],
      ['示例科技有限公司', 'password.personal'],
      ['woaini1314', 'password.common'],
      ['demo1234', 'password.unchanged'],
    ] as const) {
      const reply = await change(session, 'demo1234', wanted);
      expect([reply.statusCode, codeOf(reply)]).toEqual([422, code]);
    }
    for (let n = 0; n < 5; n += 1) expect(codeOf(await change(session, 'nope', fresh))).toBe('password.wrong-old');
    expect(codeOf(await change(session, 'demo1234', fresh))).toBe('auth.locked');
    clock.advance(30_000);
    expect((await cloud.as(session, { url: '/v1/me' })).statusCode).toBe(200);
  });

  it('two at once with one old password: one counts', async () => {
    const sessions = [await cloud.signIn('admin'), await cloud.signIn('admin')] as const;
    const wanted = ['grüne Lampe 8', 'rote Lampe 9'] as const;
    const codes = await Promise.all([change(sessions[0], 'demo1234', wanted[0]), change(sessions[1], 'demo1234', wanted[1])]); // prettier-ignore
    expect(codes.map((reply) => reply.statusCode).filter((status) => status === 200)).toHaveLength(1);
    const won = codes[0]?.statusCode === 200 ? 0 : 1;
    expect((await signIn('admin', wanted[won], '127.0.1.2')).statusCode).toBe(200);
    expect(codeOf(await signIn('admin', wanted[1 - won] ?? '', '127.0.1.2'))).toBe('auth.bad-credentials');
  });
});

describe('tokens', () => {
  it('an access token lives 15 minutes', async () => {
    const session = await cloud.signIn('chen');
    clock.advance(15 * 60_000 - 2000);
    expect((await cloud.as(session, { method: 'GET', url: '/v1/me' })).statusCode).toBe(200);
    clock.advance(4000);
    const late = await cloud.as(session, { method: 'GET', url: '/v1/me' });
    expect([late.statusCode, codeOf(late)]).toEqual([401, 'auth.expired']);
  });

  it('a refresh token is good once; within the grace the same device may ask again', async () => {
    const { refreshToken } = await cloud.signIn('chen');
    const lost = (await refresh(refreshToken, 'device-chen')).json<{ refreshToken: string }>();
    clock.advance(20_000);
    const again = await refresh(refreshToken, 'device-chen');
    expect(again.statusCode).toBe(200);
    // The reply that got lost is worth nothing any more, and showing it harms nobody.
    expect(codeOf(await refresh(lost.refreshToken, 'device-chen'))).toBe('auth.expired');
    const next = again.json<{ refreshToken: string }>().refreshToken;
    expect((await refresh(next, 'device-chen')).statusCode).toBe(200);
  });

  it('a spent token after the grace ends the whole session', async () => {
    const { refreshToken } = await cloud.signIn('chen');
    const next = (await refresh(refreshToken, 'device-chen')).json<{ refreshToken: string; accessToken: string }>();
    clock.advance(31_000);
    expect(codeOf(await refresh(refreshToken, 'device-chen'))).toBe('auth.expired');
    expect(codeOf(await refresh(next.refreshToken, 'device-chen'))).toBe('auth.expired');
    const me = await cloud.app.inject({ url: '/v1/me', headers: { authorization: `Bearer ${next.accessToken}` } });
    expect(codeOf(me)).toBe('auth.expired');
    const audit = await cloud.asOwner.selectFrom('audit').selectAll().where('action', '=', 'token-reuse').execute();
    expect(audit).toHaveLength(1);
  });

  it('a spent token ends the session within the grace too, once its successor was used', async () => {
    const first = (await cloud.signIn('chen')).refreshToken;
    const second = (await refresh(first, 'device-chen')).json<{ refreshToken: string }>().refreshToken;
    const third = (await refresh(second, 'device-chen')).json<{ refreshToken: string }>().refreshToken;
    expect(codeOf(await refresh(first, 'device-chen'))).toBe('auth.expired');
    expect(codeOf(await refresh(third, 'device-chen'))).toBe('auth.expired');
  });

  it('two refreshes at once with one token leave a session that works', async () => {
    const { refreshToken } = await cloud.signIn('chen');
    const replies = await Promise.all([refresh(refreshToken, 'device-chen'), refresh(refreshToken, 'device-chen')]);
    expect(replies.map((reply) => reply.statusCode)).toEqual([200, 200]);
    const tokens = replies.map((reply) => reply.json<{ refreshToken: string }>().refreshToken);
    const after = await Promise.all(tokens.map((token) => refresh(token, 'device-chen')));
    expect(after.map((reply) => reply.statusCode).sort()).toEqual([200, 401]);
  });

  it('another device cannot use a token', async () => {
    const { refreshToken } = await cloud.signIn('chen');
    expect(codeOf(await refresh(refreshToken, 'thief'))).toBe('auth.expired');
    expect((await refresh(refreshToken, 'device-chen')).statusCode).toBe(200);
  });

  it('sign-out ends access and refresh at once and can be repeated', async () => {
    const session = await cloud.signIn('chen');
    const out = () => post('/v1/auth/sign-out', { refreshToken: session.refreshToken });
    expect((await out()).statusCode).toBe(200);
    expect((await out()).statusCode).toBe(200);
    expect(codeOf(await cloud.as(session, { method: 'GET', url: '/v1/me' }))).toBe('auth.expired');
    expect(codeOf(await refresh(session.refreshToken, 'device-chen'))).toBe('auth.expired');
  });

  it('keeps neither passwords nor tokens in clear', async () => {
    const { refreshToken } = await cloud.signIn('chen');
    const rows = await cloud.asOwner.selectFrom('refreshToken').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(refreshToken);
    const people = await cloud.asOwner.selectFrom('employee').select('passwordHash').execute();
    for (const { passwordHash } of people) expect(passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});
