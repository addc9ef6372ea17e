import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock, type Clock } from '#shared/base/clock.ts';
import { disposable } from '#shared/base/dispose.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { startCloud, type RunningCloud } from '../../main/start-cloud.ts';
import { newId, systemClock } from '../../main/system.ts';
import { makeCall, startTestCloud, testFolder, type TestCloud } from '../../testing/test-cloud.ts';
import { buildOperationsServer } from './operations-server.ts';
import { readinessOf, type Readiness } from './readiness.ts';

const allFine = { database: 'ok', schema: 'ok', recordings: 'ok', server: 'ok' };

describe('readiness', () => {
  let cloud: TestCloud;
  let draining = false;
  const recordingsDir = (): string => join(cloud.dir, 'recordings');
  /** Whose second never ends: a busy machine is not what is asked here. */
  const patient = new ManualClock();
  const ask = (clock: Clock = patient, dir = recordingsDir()): Promise<Readiness> =>
    readinessOf({ db: cloud.deps.db, clock, recordingsDir: dir, isDraining: () => draining });
  beforeAll(async () => {
    cloud = await startTestCloud({}, {}, 3);
    await cloud.signIn('chen');
    await mkdir(recordingsDir(), { recursive: true });
  });
  afterAll(() => cloud.close());

  it('is there when all parts are, and leaves nothing behind', async () => {
    expect(await ask()).toEqual({ ready: true, parts: allFine });
    expect(await readdir(recordingsDir())).toEqual([]);
  });

  it('is over with a drain', async () => {
    draining = true;
    const asked = await ask();
    draining = false;
    expect(asked).toEqual({ ready: false, parts: { ...allFine, server: 'draining' } });
  });

  it('is not there without a disk for recordings', async () => {
    const gone = await ask(patient, join(cloud.dir, 'no-such-folder'));
    expect(gone).toEqual({ ready: false, parts: { ...allFine, recordings: 'not-writable' } });
  });

  it.runIf(process.getuid?.() !== 0)('… or where it may not write', async () => {
    await chmod(recordingsDir(), 0o500);
    expect((await ask()).parts.recordings).toBe('not-writable');
    await chmod(recordingsDir(), 0o700);
  });

  it('says a database slow that has no free session for a second', async () => {
    const { db } = cloud.deps;
    const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    let holding = 0;
    const holders = Array.from({ length: 3 }, () =>
      db.transaction({ across: 'company' }, 'read', async () => {
        if ((holding += 1) === 3) held.resolve();
        await until;
      }),
    );
    await held.promise;
    const clock = new ManualClock();
    const asked = ask(clock);
    // The disk's answer needs no clock; only then does the second pass.
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1000);
    const { parts } = await asked;
    goOn();
    await Promise.all(holders);
    expect(parts).toEqual({ ...allFine, database: 'slow', schema: 'unknown' });
    expect((await ask()).ready).toBe(true);
  });

  it('says whether the schema is behind, or has left this server behind', async () => {
    const db = cloud.asOwner;
    await sql`UPDATE cloud_fact SET value = '9999-later' WHERE name = 'oldest-server'`.execute(db);
    expect((await ask()).parts.schema).toBe('from-the-future');
    await sql`UPDATE cloud_fact SET value = '0001-foundation' WHERE name = 'oldest-server'`.execute(db);
    await sql`DELETE FROM kysely_migration WHERE name = '0004-call-line'`.execute(db);
    expect((await ask()).parts.schema).toBe('behind');
    await sql`INSERT INTO kysely_migration (name, timestamp) VALUES ('0004-call-line', 'x')`.execute(db);
    expect((await ask()).ready).toBe(true);
  });

  it('answers 503 with the part that is missing, while the process is alive', async () => {
    const app = buildOperationsServer({ ...cloud.deps, clock: patient, isDraining: () => true });
    const [live, ready] = [await app.inject('/livez'), await app.inject('/readyz')];
    expect([live.statusCode, ready.statusCode]).toEqual([200, 503]);
    expect(ready.json<Readiness>().parts.server).toBe('draining');
    await app.close();
  });

  it('tells of a database that is gone', async () => {
    await cloud.server.stop();
    expect((await ask()).parts).toEqual({ ...allFine, database: 'away', schema: 'unknown' });
  });
});

describe('a running cloud', () => {
  let dir: string;
  let cloud: RunningCloud;
  beforeAll(async () => {
    dir = await testFolder();
    const operations = { host: '127.0.0.1', port: 0 };
    const where = { dataDir: dir, host: '127.0.0.1', port: 0 };
    // The database may take its time here: how long is asked above.
    const clock: Clock = {
      ...systemClock,
      after: (ms, fn) => (ms === 1000 ? disposable(() => undefined) : systemClock.after(ms, fn)),
    };
    cloud = await startCloud({ ...where, operations, sample: true, logger: silentLogger, clock, drainDelayMs: 1500 });
  });
  afterAll(async () => {
    await cloud.close();
    await rm(dir, { recursive: true, force: true });
  });

  const metrics = async (): Promise<string> => (await fetch(`${cloud.operationsUrl}/metrics`)).text();
  const send = async (path: string, body: object, headers = {}): Promise<Response> =>
    fetch(`${cloud.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  it('counts requests by route, pushed operations by result, and how far desks are behind; of people it says nothing', async () => {
    const reply = await send('/v1/auth/sign-in', { account: 'chen', password: 'demo1234', deviceId: 'd', deviceName: '我的电脑' }); // prettier-ignore
    const { accessToken, employee, company } = (await reply.json()) as {
      accessToken: string;
      employee: { id: string; name: string };
      company: { id: string; name: string };
    };
    const headers = { authorization: `Bearer ${accessToken}` };
    const row = makeCall(employee.id);
    const foreign = makeCall(newId());
    const done = [
      ['call.put', row],
      ['call.put', foreign],
      [employee.name, row],
    ] as const;
    const ops = done.map(([type, one]) => ({ opId: newId(), type, row: one }));
    await send('/v1/sync/push', { deviceId: 'd', ops }, headers);
    await fetch(`${cloud.url}/v1/changes?after=0`, { headers });
    await fetch(`${cloud.url}/v1/nothing/${employee.id}`);
    const text = await metrics();
    for (const line of [
      /^jinhu_http_request_duration_seconds_count\{route="\/v1\/sync\/push",method="POST",status="200"\} 1$/m,
      /^jinhu_http_request_duration_seconds_count\{route="none",method="GET",status="404"\} 1$/m,
      /^jinhu_push_operations_total\{type="call.put",status="applied",code=""\} 1$/m,
      /^jinhu_push_operations_total\{type="call.put",status="rejected",code="access.denied"\} 1$/m,
      /^jinhu_push_operations_total\{type="unknown",status="rejected",code="input.invalid"\} 1$/m,
      /^jinhu_changes_lag_bucket\{le="100"\} 0$/m,
      /^jinhu_changes_lag_bucket\{le="1000"\} 1$/m,
      /^jinhu_database_pool\{state="waiting"\} 0$/m,
      /^jinhu_recordings_disk_free_bytes \d+/m,
      /^nodejs_eventloop_lag_p99_seconds /m,
      /^jinhu_http_requests_in_flight 0$/m,
    ])
      expect(text).toMatch(line);
    for (const word of [employee.name, employee.id, company.name, company.id, row.number, row.id, '我的电脑', 'chen'])
      expect(text).not.toContain(word);
  });

  it('shows none of it at its public address', async () => {
    for (const path of ['/livez', '/readyz', '/metrics']) expect((await fetch(`${cloud.url}${path}`)).status).toBe(404);
  });

  it('is not ready while it drains, but answers until the delay is over', async () => {
    const before = await fetch(`${cloud.operationsUrl}/readyz`);
    expect([await before.json(), before.status]).toEqual([{ ready: true, parts: allFine }, 200]);
    const closing = cloud.close();
    const ready = await fetch(`${cloud.operationsUrl}/readyz`);
    expect([ready.status, ((await ready.json()) as Readiness).parts.server]).toEqual([503, 'draining']);
    expect((await fetch(`${cloud.url}/v1/health`)).status).toBe(200);
    await closing;
    await expect(fetch(`${cloud.url}/v1/health`)).rejects.toThrow();
  });
});
