import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { demoAccounts } from '#cloud/main/sample-company.ts';
import { CloudDesk } from '#tests/support/cloud-desk.ts';
import { until } from '#tests/support/desk.ts';
import { startReplyThief } from '#tests/support/reply-thief.ts';
import { startTcpGate } from '#tests/support/tcp-gate.ts';

const [person, colleague] = demoAccounts;
let desk: CloudDesk;
beforeEach(async () => {
  desk = await CloudDesk.open();
});
afterEach(() => desk.close());

it('what was called while the cloud was away arrives there once when it is back', async () => {
  await desk.signIn();
  await desk.cloud.close();
  const calls = [await desk.makeCall('15400000137'), await desk.makeCall('15400000138')];
  await until(desk.client, 'sync.state', null, ({ state, pendingRows, pendingRecordings }) => {
    return state === 'offline' && pendingRows > 0 && pendingRecordings === 2;
  });
  await desk.startCloudAgain();
  await desk.everythingArrived();
  await desk.expectInCloud(calls);
});

it('an export that was made while the cloud was away is in its log once, when it is back', async () => {
  await desk.signIn();
  const { client } = desk;
  const { rows } = await client.call('leads.list', { query: { place: 'library' }, offset: 0, limit: 1 });
  await client.call('leads.claim', { ids: rows.map(({ id }) => id) });
  await desk.everythingArrived();
  await desk.cloud.close();
  await until(client, 'sync.state', null, ({ state }) => state === 'offline');
  const what = { list: 'leads', query: { place: 'followed' }, ids: null } as const;
  const made = await client.call('exports.run', { what, columns: ['companyName', 'phone'], format: 'xlsx', locale: 'zh-CN' }); // prettier-ignore
  expect(made).toMatchObject({ rows: 1, listed: 0 });
  expect(made.url).toMatch(/^\/media\//);
  await until(client, 'sync.state', null, ({ pendingRows }) => pendingRows === 1);
  await desk.startCloudAgain();
  await desk.everythingArrived();
  const { exports } = await desk.rowsInCloud();
  expect(exports).toMatchObject([
    { action: 'lead.exported', details: { after: { place: 'followed', rows: 1, numbers: 'masked', format: 'XLSX' } } },
  ]);
});

it('a call whose reply was lost is not there twice, nor is its recording', async () => {
  const thief = await startReplyThief(desk.cloud.url);
  try {
    await desk.signIn(thief.url);
    thief.steal(/^POST .*\/push/, 2);
    const first = await desk.makeCall('15400000137');
    await desk.everythingArrived();
    expect(thief.stolen).toBe(2);
    thief.steal(/^(POST|PATCH) .*\/(uploads?|recordings?)/, 2);
    const second = await desk.makeCall('15400000138');
    await desk.everythingArrived();
    expect(thief.stolen).toBe(4);
    await desk.expectInCloud([first, second]);
  } finally {
    await thief.close();
  }
});

/** As the administrator's desk would ask. */
async function takeOff(account: string): Promise<void> {
  const ask = async (method: string, path: string, token = '', body?: object): Promise<unknown> => {
    const headers = { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body ? { 'content-type': 'application/json' } : {}) }; // prettier-ignore
    const reply = await fetch(desk.cloud.url + path, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    expect(reply.status, path).toBe(200);
    return reply.json();
  };
  const boss = { account: 'admin', password: person.password, deviceId: 'boss', deviceName: 'boss' };
  const { accessToken } = (await ask('POST', '/v1/auth/sign-in', '', boss)) as { accessToken: string };
  const { employees } = (await ask('GET', '/v1/employees', accessToken)) as { employees: { id: string; account: string }[] }; // prettier-ignore
  const id = employees.find((one) => one.account === account)?.id ?? '';
  const { devices } = (await ask('GET', `/v1/auth/devices?employeeId=${id}`, accessToken)) as { devices: { id: string }[] }; // prettier-ignore
  for (const device of devices) await ask('DELETE', `/v1/auth/devices/${device.id}`, accessToken);
}

/** Every file of the desk that holds what a person wrote, by what is in it. */
const filesWith = (text: string): string[] =>
  readdirSync(join(desk.dir, 'desk'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));

it('a desk that is taken off while calls wait keeps them locked for the same person, and then they arrive once', async () => {
  const gate = await startTcpGate(desk.cloud.url);
  try {
    await desk.signIn(gate.url);
    gate.shut();
    const call = await desk.makeCall('15400000137');
    await until(
      desk.client,
      'sync.state',
      null,
      ({ pendingRows, pendingRecordings }) => pendingRows > 0 && pendingRecordings === 1,
    );
    expect(filesWith('断网时打的')).not.toEqual([]);
    await takeOff(person.account);
    gate.open();
    await desk.client.call('sync.now', null).catch(() => undefined); // refused: that is how the desk learns of it
    const { problem } = await until(desk.client, 'session.state', null, ({ phase }) => phase === 'signed-out');
    expect(problem).toMatchObject({ code: 'auth.revoked', details: { recordings: 1 } });

    await desk.client.call('session.signIn', { account: colleague.account, password: colleague.password });
    await until(desk.client, 'sync.state', null, ({ state, lastSyncAt }) => state === 'synced' && lastSyncAt !== null);
    expect(filesWith('断网时打的')).toEqual([]);
    expect((await desk.rowsInCloud()).calls).toEqual([]);
    await desk.client.call('session.signOut', null);

    await desk.client.call('session.signIn', { account: person.account, password: person.password });
    await desk.everythingArrived();
    await desk.expectInCloud([call]);
  } finally {
    await gate.close();
  }
});
