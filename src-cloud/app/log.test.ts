import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '#shared/base/logger.ts';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { describeFailure } from '../database/describe-failure.ts';
import { demoAccounts } from '../main/sample-company.ts';
import { newId, systemClock } from '../main/system.ts';
import { makeCall, startTestCloud, type TestCloud } from '../testing/test-cloud.ts';

const lines: string[] = [];
let cloud: TestCloud;
let chen: CloudSession;
beforeAll(async () => {
  const logger = createLogger((line) => lines.push(line), systemClock.now);
  cloud = await startTestCloud({ logger });
  chen = await cloud.signIn('chen');
});
afterAll(() => cloud.close());

// Short enough to pass a mask of long numbers, and unlike anything that a line may say for itself.
const secret = { name: '密名甲乙丙', note: '私话丁戊己', number: '154137' };

const push = (row: object, type = 'call.put') =>
  cloud.as(chen, {
    method: 'POST',
    url: '/v1/sync/push',
    body: { deviceId: 'd', ops: [{ opId: newId(), type, row }] },
  });
const call = (changes: object = {}) =>
  makeCall(chen.employee.id, { customerName: secret.name, note: secret.note, number: secret.number, numberTyped: secret.number, ...changes }); // prettier-ignore

/** Every line so far, as one text. */
const written = (): string => lines.join('\n');
const requestLines = () =>
  lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ event }) => event === 'request');

describe('the log', () => {
  it('has one line per request, with its route and company', async () => {
    const before = requestLines().length;
    const reply = await push(call());
    await cloud.app.inject({ url: `/v1/nothing/${secret.number}` });
    const [pushed, unknown] = requestLines().slice(before);
    expect(pushed).toMatchObject({ level: 'info', id: reply.headers['x-request-id'], route: 'POST /v1/sync/push', status: 200, company: chen.company.id }); // prettier-ignore
    expect(unknown).toMatchObject({ route: 'GET ?', status: 404 });
    expect(unknown).not.toHaveProperty('company');
  });

  it('says nothing of what was sent, whatever becomes of it', async () => {
    await push(call());
    await push(call({ id: secret.name }));
    await push({ ...call(), note: 5, customerName: secret.name });
    await push(call(), secret.name);
    await cloud.as(chen, { url: `/v1/changes?after=${secret.note}` });
    await cloud.as(chen, { url: `/v1/recordings/${encodeURIComponent(secret.name)}/file` });
    const headers = { 'content-type': 'application/json' };
    for (const payload of [`{"deviceId":"${secret.name}`, `"${secret.note}"`])
      await cloud.as(chen, { method: 'POST', url: '/v1/sync/push', headers, payload });
    const password = secret.note;
    const body = { account: secret.name, password, deviceId: 'd', deviceName: 'd' };
    await cloud.app.inject({ method: 'POST', url: '/v1/auth/sign-in', body });
    await cloud.app.inject({
      method: 'POST',
      url: '/v1/auth/refresh',
      body: { refreshToken: secret.note, deviceId: 'd' },
    });
    const tokens = [chen.accessToken, chen.refreshToken];
    const people = demoAccounts.flatMap(({ account, name, password: word }) => [`"${account}"`, name, word]);
    for (const text of [...Object.values(secret), ...tokens, ...people]) expect(written()).not.toContain(text);
  });

  it('says which rule of the database was broken, and not by which values', async () => {
    await sql`ALTER TABLE call ADD CONSTRAINT no_secrets CHECK (note <> ${sql.lit(secret.note)}) NOT VALID`.execute(
      cloud.asOwner,
    );
    const before = lines.length;
    expect((await push(call())).statusCode).toBe(500);
    const said = lines.slice(before).join('\n');
    expect(said).toMatch(/"event":"request.failed".*DatabaseError 23514 call no_secrets/);
    for (const text of Object.values(secret)) expect(said).not.toContain(text);
  });

  it('knows the errors that quote what they were given', () => {
    const parse = (): unknown => JSON.parse(`{"a": ${secret.name}}`);
    let thrown: unknown;
    try {
      parse();
    } catch (error) {
      thrown = error;
    }
    expect(String(thrown)).toContain(secret.name);
    const wrapped = new Error('reading a row', { cause: thrown });
    expect(describeFailure(wrapped)).toMatch(/^Error: reading a row <- SyntaxError at log\.test\.ts:\d+/);
    expect(describeFailure(secret.name)).toBe('string');
  });
});
