import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readCompany } from '#cloud/database/access.ts';
import type { Reader } from '#cloud/database/database.ts';
import { demoAccounts } from '#cloud/main/sample-company.ts';
import { startCloud, type RunningCloud } from '#cloud/main/start-cloud.ts';
import { companyIds } from '#cloud/modules/companies/index.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { freePortAbove, freeTcpPort } from '#simulator/pbx/ports.ts';
import { until, type Client } from '#tests/support/desk.ts';
import { startEngineHere } from '#tests/support/engine-here.ts';
import { shiftedClock, toOfficeHours } from '#tests/support/office-clock.ts';
import { answering, openPtyPhone, type OpenPtyPhone } from '#tests/support/pty-phone.ts';
import { startReplyThief } from '#tests/support/reply-thief.ts';
import { startTcpGate } from '#tests/support/tcp-gate.ts';
import { tone } from '#tests/support/tone-power.ts';
import { wideCaps } from '#tests/support/wide-caps.ts';

const [person, colleague] = demoAccounts;
const shift = toOfficeHours();
let dir: string;
let phone: OpenPtyPhone;
let cloud: RunningCloud;
let client: Client;
let closeEngine: () => Promise<void>;

/** On the same port as before, as a server that was restarted. */
const startedCloud = (port: number): Promise<RunningCloud> =>
  startCloud({
    dataDir: join(dir, 'cloud'),
    host: '127.0.0.1',
    port,
    sample: true,
    logger: silentLogger,
    clock: shiftedClock(shift),
  });

async function signIn(cloudUrl: string): Promise<void> {
  await client.call('session.chooseEnvironment', { environment: 'production', cloudUrl });
  await client.call('session.signIn', { account: person.account, password: person.password });
  await client.call('settings.change', { phone: phone.connection, simCaps: wideCaps });
  await until(client, 'phone.state', null, ({ slots }) => slots[0]?.condition === 'ready');
  await until(client, 'sync.state', null, ({ state, lastSyncAt }) => state === 'synced' && lastSyncAt !== null);
}

/** A call that is answered and recorded, with an outcome and a note. */
async function makeCall(number: string): Promise<string> {
  phone.sim.farParty(number).behaviour = answering(100, 'customer');
  const { callId } = await client.call('calls.dial', { number, leadId: null, channel: null, slot: null });
  await until(
    client,
    'calls.current',
    null,
    ({ call, talkMs }) => call?.id === callId && call.state === 'active' && talkMs >= 0,
  );
  const { heard } = phone.sim.farParty(number);
  while (heard.frameTimes.length < 60) await new Promise((resolve) => setTimeout(resolve, 20));
  await client.call('calls.hangUp', { callId });
  await client.call('calls.setOutcome', { callId, outcome: 'interested' });
  await client.call('calls.setNote', { callId, note: `断网时打的 ${number}` });
  await until(
    client,
    'calls.current',
    null,
    ({ call }) => call?.recording?.state !== 'recording' && call?.state === 'ended',
  );
  return callId;
}

const everythingArrived = (): Promise<unknown> =>
  until(
    client,
    'sync.state',
    null,
    ({ state, pendingRows, pendingRecordings }) => state === 'synced' && pendingRows + pendingRecordings === 0,
    50_000,
  );

const inCompany = async <T>(work: (reader: Reader) => Promise<T>): Promise<T> => {
  const [companyId = ''] = await companyIds(cloud.deps.db);
  return readCompany(cloud.deps.db, companyId, work);
};

/** The cloud's own tables and disk: each call once, as the desk has it, and its recording byte by byte. */
async function expectInCloud(callIds: readonly string[]): Promise<void> {
  const { calls, recordings } = await inCompany(async (reader) => ({
    calls: await reader.selectFrom('call').selectAll().execute(),
    recordings: await reader.selectFrom('recording').selectAll().execute(),
  }));
  expect(calls.map(({ id }) => id).sort()).toEqual([...callIds].sort());
  expect(recordings.map(({ callId }) => callId).sort()).toEqual([...callIds].sort());
  const files = readdirSync(join(dir, 'cloud/recordings'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      createHash('sha256')
        .update(readFileSync(join(entry.parentPath, entry.name)))
        .digest('hex'),
    );
  for (const callId of callIds) {
    const ours = await client.call('calls.get', { id: callId });
    const { startedAt, answeredAt, endedAt, talkMs, note, outcome } = ours;
    expect(calls.find(({ id }) => id === callId)).toMatchObject({
      startedAt,
      answeredAt,
      endedAt,
      talkMs,
      note,
      outcome,
    });
    expect(outcome).toBe('interested');
    expect(ours).toMatchObject({ synced: true, recording: { state: 'uploaded' } });
    expect(recordings.find((one) => one.callId === callId)?.sha256).toBe(ours.recording?.sha256);
    expect(files.filter((hash) => hash === ours.recording?.sha256)).toHaveLength(1);
  }
  expect(files).toHaveLength(callIds.length);
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'jinhu-away-'));
  // As root the cloud's PostgreSQL runs as somebody else, who must be able to pass through here.
  chmodSync(dir, 0o711);
  phone = await openPtyPhone({ voices: new Map([['customer', tone(700, 30)], ['agent-talk', tone(500, 2)]]) }); // prettier-ignore
  // While it is away no other test is given its port by chance.
  cloud = await startedCloud(await freePortAbove(20_000, freeTcpPort));
  const engine = await startEngineHere(join(dir, 'desk'), shift);
  client = engine.client;
  closeEngine = engine.close;
});
afterEach(async () => {
  await closeEngine();
  await phone.ptys.close();
  await cloud.close();
  rmSync(dir, { recursive: true, force: true });
});

it('what was called while the cloud was away arrives there once when it is back', async () => {
  await signIn(cloud.url);
  await cloud.close();
  const calls = [await makeCall('15400000137'), await makeCall('15400000138')];
  await until(client, 'sync.state', null, ({ state, pendingRows, pendingRecordings }) => {
    return state === 'offline' && pendingRows > 0 && pendingRecordings === 2;
  });
  cloud = await startedCloud(Number(new URL(cloud.url).port));
  await everythingArrived();
  await expectInCloud(calls);
});

it('a call whose reply was lost is not there twice, nor is its recording', async () => {
  const thief = await startReplyThief(cloud.url);
  try {
    await signIn(thief.url);
    thief.steal(/^POST .*\/push/, 2);
    const first = await makeCall('15400000137');
    await everythingArrived();
    expect(thief.stolen).toBe(2);
    thief.steal(/^(POST|PATCH) .*\/(uploads?|recordings?)/, 2);
    const second = await makeCall('15400000138');
    await everythingArrived();
    expect(thief.stolen).toBe(4);
    await expectInCloud([first, second]);
  } finally {
    await thief.close();
  }
});

/** As the administrator's desk would ask. */
async function takeOff(account: string): Promise<void> {
  const ask = async (method: string, path: string, token = '', body?: object): Promise<unknown> => {
    const headers = { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body ? { 'content-type': 'application/json' } : {}) }; // prettier-ignore
    const reply = await fetch(cloud.url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
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
  readdirSync(join(dir, 'desk'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));

it('a desk that is taken off while calls wait keeps them locked for the same person, and then they arrive once', async () => {
  const gate = await startTcpGate(cloud.url);
  try {
    await signIn(gate.url);
    gate.shut();
    const call = await makeCall('15400000137');
    await until(
      client,
      'sync.state',
      null,
      ({ pendingRows, pendingRecordings }) => pendingRows > 0 && pendingRecordings === 1,
    );
    expect(filesWith('断网时打的')).not.toEqual([]);
    await takeOff(person.account);
    gate.open();
    await client.call('sync.now', null).catch(() => undefined); // refused: that is how the desk learns of it
    const { problem } = await until(client, 'session.state', null, ({ phase }) => phase === 'signed-out');
    expect(problem).toMatchObject({ code: 'auth.revoked', details: { recordings: 1 } });

    await client.call('session.signIn', { account: colleague.account, password: colleague.password });
    await until(client, 'sync.state', null, ({ state, lastSyncAt }) => state === 'synced' && lastSyncAt !== null);
    expect(filesWith('断网时打的')).toEqual([]);
    expect(await inCompany((reader) => reader.selectFrom('call').selectAll().execute())).toEqual([]);
    await client.call('session.signOut', null);

    await client.call('session.signIn', { account: person.account, password: person.password });
    await everythingArrived();
    await expectInCloud([call]);
  } finally {
    await gate.close();
  }
});
