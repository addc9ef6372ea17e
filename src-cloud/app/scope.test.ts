import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { newId } from '../main/system.ts';
import { sendRecording } from '../testing/marked-rows.ts';
import { makeCall, pushCall, startTestCloud, type Account, type TestCloud } from '../testing/test-cloud.ts';

// chen and zhao (manager) are of 销售一部, lin of 销售二部.
const accounts = ['chen', 'lin', 'zhao', 'admin', 'foreign-admin'] as const satisfies readonly Account[];
type Who = (typeof accounts)[number];

let cloud: TestCloud;
const sessions = {} as Record<Who, CloudSession>;
/** One call and one stored recording per person of the sample company. */
const calls = {} as Record<Who, { callId: string; recordingId: string }>;

beforeAll(async () => {
  cloud = await startTestCloud();
  for (const who of accounts) {
    sessions[who] = await cloud.signIn(who);
    calls[who] = await recordCall(sessions[who]);
  }
}, 60_000);
afterAll(() => cloud.close());

async function recordCall(session: CloudSession): Promise<{ callId: string; recordingId: string }> {
  const row = makeCall(session.employee.id);
  await pushCall(cloud, session, row);
  return { callId: row.id, recordingId: await sendRecording(cloud, session, row.id, Buffer.from(row.id)) };
}

/** Who may see the calls and recordings of whom. */
const sees: Record<Who, readonly Who[]> = {
  chen: ['chen'],
  lin: ['lin'],
  zhao: ['chen', 'zhao'],
  admin: ['chen', 'lin', 'zhao', 'admin'],
  'foreign-admin': ['foreign-admin'],
};

describe.each(accounts)('%s', (who) => {
  it('sees these people', async () => {
    const reply = await cloud.as(sessions[who], { url: '/v1/employees' });
    const { employees } = reply.json<{ employees: { account: string }[] }>();
    expect(employees.map((one) => one.account).sort()).toEqual([...sees[who]].sort());
  });

  it('pulls these calls, recordings and people, and the leads of the own company', async () => {
    const seen = new Map<string, string[]>();
    for (let after = 0, more = true; more;) {
      const reply = await cloud.as(sessions[who], { url: `/v1/changes?after=${after}` });
      const page = reply.json<{ changes: { type: string; id: string }[]; next: number; hasMore: boolean }>();
      for (const { type, id } of page.changes) seen.set(type, [...(seen.get(type) ?? []), id]);
      [after, more] = [page.next, page.hasMore];
    }
    const of = (type: string): string[] => (seen.get(type) ?? []).sort();
    expect(of('call')).toEqual(sees[who].map((one) => calls[one].callId).sort());
    expect(of('recording')).toEqual(sees[who].map((one) => calls[one].recordingId).sort());
    expect(of('employee')).toEqual(sees[who].map((one) => sessions[one].employee.id).sort());
    expect(of('company')).toEqual([sessions[who].company.id]);
    expect(of('lead')).toHaveLength(who === 'foreign-admin' ? 0 : 200);
  });

  it.each(accounts)('may hear %s only by that rule', async (whose) => {
    const reply = await cloud.as(sessions[who], { url: `/v1/recordings/${calls[whose].recordingId}/file` });
    expect(reply.statusCode).toBe(sees[who].includes(whose) ? 200 : 404);
  });

  it.each(accounts.filter((other) => other !== who))('may not write a call as %s', async (whose) => {
    const row = makeCall(sessions[whose].employee.id);
    const ops = [{ opId: newId(), type: 'call.put', row }];
    const reply = await cloud.as(sessions[who], { method: 'POST', url: '/v1/sync/push', body: { deviceId: 'd', ops } });
    const [result] = reply.json<{ results: { status: string; code?: string }[] }>().results;
    expect(result).toMatchObject({ status: 'rejected', code: 'access.denied' });
  });
});

describe('every reply', () => {
  it('carries the contract version; another version is refused, health answers all', async () => {
    const headers = { 'x-jinhu-contract': '99' };
    const health = await cloud.app.inject({ url: '/v1/health', headers });
    expect([health.statusCode, health.headers['x-jinhu-contract']]).toEqual([200, '1']);
    const me = await cloud.app.inject({ url: '/v1/me', headers });
    expect([me.statusCode, me.json()]).toEqual([
      426,
      { error: { code: 'cloud.version-mismatch', details: { ours: 1 } } },
    ]);
  });

  it('refuses in the one form: unknown route, broken JSON, wrong types', async () => {
    const unknown = await cloud.app.inject({ url: '/v1/nothing' });
    expect([unknown.statusCode, unknown.json()]).toEqual([404, { error: { code: 'not-found', details: {} } }]);
    const sign = (payload: string) =>
      cloud.app.inject({
        method: 'POST',
        url: '/v1/auth/sign-in',
        payload,
        headers: { 'content-type': 'application/json' },
      });
    const unkept = '{"account":"a\\u0000","password":"x","deviceId":"d","deviceName":"d"}';
    for (const payload of ['{', '{"account":5}', '[]', unkept]) {
      const reply = await sign(payload);
      expect([reply.statusCode, reply.json<{ error: { code: string } }>().error.code]).toEqual([400, 'input.invalid']);
    }
  });

  it('refuses what is nested too deep, and goes on', async () => {
    const { employee, ...session } = await cloud.signIn('chen');
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    const op = `{"opId":"${employee.id}","type":"call.put","row":{"x":${deep}}}`;
    const reply = await cloud.as(
      { ...session, employee },
      {
        method: 'POST',
        url: '/v1/sync/push',
        payload: `{"deviceId":"d","ops":[${op}]}`,
        headers: { 'content-type': 'application/json' },
      },
    );
    expect([reply.statusCode, reply.json()]).toMatchObject([400, { error: { code: 'input.invalid' } }]);
  });

  it('reads no more of a stranger than a sign-in needs', async () => {
    const body = (bytes: number): object => ({
      account: 'x'.repeat(bytes),
      password: 'p',
      deviceId: 'd',
      deviceName: 'n',
    });
    const send = (bytes: number) => cloud.app.inject({ method: 'POST', url: '/v1/auth/sign-in', body: body(bytes) });
    const reasons = [await send(1_000), await send(20_000)].map(
      (reply) => reply.json<{ error: { details: object } }>().error.details,
    );
    expect(reasons).toEqual([{ issues: ['/account too_big'] }, { reason: 'FST_ERR_CTP_BODY_TOO_LARGE' }]);
  });

  it('is believed to be what it says it is', async () => {
    expect((await cloud.app.inject({ url: '/v1/health' })).headers['x-content-type-options']).toBe('nosniff');
  });
});
