import { mkdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql, type RawBuilder } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sleep, type Clock } from '#shared/base/clock.ts';
import { disposable } from '#shared/base/dispose.ts';
import { silentLogger } from '#shared/base/logger.ts';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { readCompany } from '../database/access.ts';
import { openOwner } from '../database/database.ts';
import { startEmbedded } from '../database/embedded.ts';
import { companyIds } from '../modules/companies/index.ts';
import { testFolder } from '../testing/test-cloud.ts';
import { addCompany } from './add-company.ts';
import { demoAccounts, sampleLeads } from './sample-company.ts';
import { startCloud, type RunningCloud } from './start-cloud.ts';
import { newId, systemClock } from './system.ts';

let dir: string;
let cloud: RunningCloud | undefined;
beforeEach(async () => {
  dir = await testFolder();
});
afterEach(async () => {
  await cloud?.close();
  await rm(dir, { recursive: true, force: true });
});

const start = async (): Promise<{ cloud: RunningCloud; steps: string[] }> => {
  const steps: string[] = [];
  const onProgress = (step: string): void => void steps.push(step);
  cloud = await startCloud({
    dataDir: dir,
    host: '127.0.0.1',
    port: 0,
    sample: true,
    logger: silentLogger,
    onProgress,
  });
  return { cloud, steps };
};

/** A statement on the database of a cloud that is down. */
async function asOwner(statement: RawBuilder<unknown>): Promise<void> {
  const server = await startEmbedded({ dataDir: dir, clock: systemClock, logger: silentLogger });
  const owner = openOwner(server.url, silentLogger);
  await statement.execute(owner);
  await owner.destroy();
  await server.stop();
}

async function signIn(url: string, account: string, password: string): Promise<Response> {
  const body = JSON.stringify({ account, password, deviceId: 'd', deviceName: 'd' });
  return fetch(`${url}/v1/auth/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

describe('startCloud', () => {
  it('comes up from an empty folder, lets every demo account in, and comes up again with the same data', async () => {
    const first = await start();
    expect(first.steps).toEqual(['database', 'cloud', 'sample-data']);
    const companies = new Set<string>();
    for (const { account, password, name, role } of demoAccounts) {
      const session = (await (await signIn(first.cloud.url, account, password)).json()) as CloudSession;
      expect(session.employee).toMatchObject({ name, role });
      companies.add(session.company.id);
    }
    const before = (await (await signIn(first.cloud.url, 'chen', 'demo1234')).json()) as CloudSession;
    await first.cloud.close();
    const again = await start();
    const { db } = again.cloud.deps;
    const [companyId = ''] = companies;
    expect(await companyIds(db)).toEqual([companyId]);
    const leads = await readCompany(db, companyId, (reader) => reader.selectFrom('lead').select('id').execute());
    expect(leads).toHaveLength(200);
    // Sessions outlive a restart of the cloud.
    const me = await fetch(`${again.cloud.url}/v1/me`, { headers: { authorization: `Bearer ${before.accessToken}` } });
    expect(me.status).toBe(200);
  }, 60_000);

  it('creates a company whose administrator can sign in with the password shown once', async () => {
    const { cloud: running } = await start();
    const password = await addCompany(running.deps, '新公司', 'boss');
    expect(password).toMatch(/^[a-z2-9]{12}$/);
    const session = (await (await signIn(running.url, 'boss', password ?? '')).json()) as CloudSession;
    expect(session).toMatchObject({ employee: { role: 'admin' }, company: { name: '新公司', sample: false } });
    expect(await addCompany(running.deps, '别的', 'BOSS')).toBeNull();
  }, 60_000);

  it('works beside a newer server that lets it, and refuses a database whose newest server does not', async () => {
    const { cloud: running } = await start();
    await running.close();
    await asOwner(sql`INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-future', 'x')`);
    const beside = await start();
    expect((await signIn(beside.cloud.url, 'chen', 'demo1234')).status).toBe(200);
    await beside.cloud.close();
    await asOwner(sql`UPDATE cloud_fact SET value = '9999-future' WHERE name = 'oldest-server'`);
    await expect(start()).rejects.toMatchObject({ code: 'database.from-the-future' });
  }, 60_000);
});

describe('abandoned uploads', () => {
  it('are swept at start and every hour', async () => {
    const folder = join(dir, 'recordings', newId());
    const old = systemClock.now() / 1000 - 8 * 24 * 60 * 60;
    const abandon = async (): Promise<string> => {
      const file = join(folder, `${newId()}.part`);
      await mkdir(folder, { recursive: true });
      await writeFile(file, 'x');
      await utimes(file, old, old);
      return file;
    };
    const goes = async (file: string): Promise<void> => {
      const limit = systemClock.mono() + 50_000;
      while (await stat(file).then(() => true, () => false)) {
        if (systemClock.mono() > limit) throw new Error('is still there');
        await sleep(systemClock, 10);
      }
    }; // prettier-ignore
    let anHourLater: (() => void) | undefined;
    const clock: Clock = {
      ...systemClock,
      after(ms, fn) {
        if (ms !== 60 * 60_000) return systemClock.after(ms, fn);
        anHourLater = fn;
        return disposable(() => undefined);
      },
    };
    const first = await abandon();
    cloud = await startCloud({ dataDir: dir, host: '127.0.0.1', port: 0, logger: silentLogger, clock });
    await goes(first);
    const second = await abandon();
    anHourLater?.();
    await goes(second);
  });
});

describe('a database that dies under a running cloud', () => {
  it('is started again; until then the cloud says so calmly', async () => {
    const server = await startEmbedded({ dataDir: dir, clock: systemClock, logger: silentLogger });
    try {
      cloud = await startCloud({ dataDir: dir, databaseUrl: server.url, host: '127.0.0.1', port: 0, sample: true, logger: silentLogger }); // prettier-ignore
      const { url } = cloud;
      process.kill(server.pid, 'SIGKILL');
      const refused: unknown[] = [];
      const limit = systemClock.mono() + 50_000;
      for (;;) {
        const reply = await signIn(url, 'chen', 'demo1234');
        if (reply.status === 200) break;
        refused.push(await reply.json());
        // Each try counts as a try; a lock would only hide what is asked here.
        if (systemClock.mono() > limit) break;
        await sleep(systemClock, 500);
      }
      expect((await signIn(url, 'lin', 'demo1234')).status).toBe(200);
      for (const body of refused)
        expect(body).toEqual({ error: { code: 'cloud.unreachable', details: { reason: 'database' } } });
      await cloud.close();
    } finally {
      await server.stop();
    }
  }, 60_000);
});

describe('sample leads', () => {
  it('are the same every time, visibly invented, and never a real number', () => {
    const leads = sampleLeads(200, newId, 0);
    const names = leads.map((lead) => lead.companyName);
    expect(names).toEqual(sampleLeads(200, newId, 0).map((lead) => lead.companyName));
    expect(new Set(names).size).toBeGreaterThan(190);
    for (const lead of leads) {
      expect(lead.companyName).toMatch(/^示例市.+有限公司$/);
      expect(lead.phone).toMatch(/^\+86154\d{8}$/);
      expect(lead.sample).toBe(true);
    }
  });
});
