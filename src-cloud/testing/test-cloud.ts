import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { silentLogger } from '#shared/base/logger.ts';
import type { CloudCall, CloudSession } from '#shared/cloud-contract/contract.ts';
import { buildServer, type ServerOptions } from '../app/build-server.ts';
import type { CloudDeps } from '../app/deps.ts';
import { CloudMetrics } from '../app/operations/index.ts';
import { SecretBox } from '../app/secret-box.ts';
import { writeCompany } from '../database/changes.ts';
import { openDatabase, openOwner, type OwnerDatabase } from '../database/database.ts';
import { startEmbedded, type EmbeddedPostgres } from '../database/embedded.ts';
import { prepareDatabase } from '../database/prepare.ts';
import { copyCluster } from './cluster-template.ts';
import { createSampleCompany, demoAccounts } from '../main/sample-company.ts';
import { newId, systemClock } from '../main/system.ts';
import { hashPassword } from '../modules/auth/index.ts';
import { createCompany } from '../modules/companies/index.ts';

// A real server that fsyncs, on a machine that may be busy with the other tests: time says nothing here. (Benches have no
// Vitest around them.)
if (process.env['VITEST']) {
  const { vi } = await import('vitest');
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 });
}

/** Of what the cloud keeps encrypted. */
export const testKey = { id: 'test', bytes: new Uint8Array(32).fill(7) };

export type Account = (typeof demoAccounts)[number]['account'] | 'foreign-admin';

/** A real PostgreSQL and the real server on it, with the sample company and one foreign company beside. */
export interface TestCloud {
  readonly app: FastifyInstance;
  readonly deps: CloudDeps;
  /** Every company's rows, whatever the server's own sessions may see: to look and to arrange, never handed to it. */
  readonly asOwner: OwnerDatabase;
  readonly server: EmbeddedPostgres;
  readonly dir: string;
  /** A fresh session; `deviceId` is `device-<account>`. */
  signIn(account: Account): Promise<CloudSession>;
  /** A request with this session's access token. */
  as(session: CloudSession, request: InjectOptions): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

/**
 * @param overrides e.g. a ManualClock
 * @param options of the server, e.g. small limits
 * @param sessions with the database
 */
export async function startTestCloud(
  overrides: Partial<CloudDeps> = {},
  options: ServerOptions = {},
  sessions = 20,
): Promise<TestCloud> {
  const dir = await testFolder();
  await copyCluster(dir);
  const server = await startEmbedded({ dataDir: dir, clock: systemClock, logger: silentLogger });
  const { role, signingKey } = await prepareDatabase(server.url, silentLogger);
  const db = openDatabase(server.url, silentLogger, { role, max: sessions });
  const asOwner = openOwner(server.url, silentLogger);
  const base = { db, clock: systemClock, newId, logger: silentLogger, recordingsDir: join(dir, 'recordings') };
  const secrets = new SecretBox([testKey]);
  const deps: CloudDeps = { ...base, signingKey, secrets, metrics: new CloudMetrics(), ...overrides };
  await createSampleCompany(deps);
  await createForeignCompany(deps);
  const app = await buildServer(deps, options);
  return {
    app,
    deps,
    asOwner,
    server,
    dir,
    async signIn(account) {
      const password = demoAccounts[0].password;
      const body = { account, password, deviceId: `device-${account}`, deviceName: 'test' };
      const reply = await app.inject({ method: 'POST', url: '/v1/auth/sign-in', body });
      if (reply.statusCode !== 200) throw new Error(`sign-in: ${reply.body}`);
      return reply.json<CloudSession>();
    },
    as: (session, request) =>
      app.inject({ ...request, headers: { ...request.headers, authorization: `Bearer ${session.accessToken}` } }),
    async close() {
      await app.close();
      await asOwner.destroy();
      await db.destroy();
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A folder that the database's unprivileged user can walk through when the tests run as root. */
export async function testFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'jinhu-cloud-'));
  await chmod(dir, 0o711);
  return dir;
}

async function createForeignCompany(deps: CloudDeps): Promise<void> {
  const companyId = deps.newId();
  const passwordHash = await hashPassword(demoAccounts[0].password);
  const admin = { id: deps.newId(), account: 'foreign-admin', name: '外人', role: 'admin' as const, passwordHash };
  await writeCompany(deps.db, companyId, deps.clock.now(), (tx, log) =>
    createCompany(tx, log, deps, {
      company: { companyId, name: '别家公司', sample: false },
      departments: [],
      people: [{ ...admin, departmentId: null }],
    }),
  );
}

/** A complete call row of one person. */
export function makeCall(employeeId: string, changes: Partial<CloudCall> = {}): CloudCall {
  const startedAt = Date.UTC(2026, 10, 23, 2, 0, 0);
  return {
    id: newId(), rev: 1, employeeId, direction: 'outbound', channel: 'desk-phone', number: '+8615400000137',
    numberTyped: '154 0000 0137', leadId: null, customerName: '示例市恒辉机械制造有限公司', contactName: null, slot: 2,
    operator: '示例移动', startedAt, alertingAt: startedAt + 2000, answeredAt: startedAt + 8000, endedAt: startedAt + 68_000,
    waitMs: 8000, talkMs: 60_000, timeSource: 'clcc', endCause: 'remote-hang-up', openerId: null, openerName: null,
    openerStartedAt: null, openerHeardMs: null, cutInMs: null, outcome: null, note: '', recording: null, quality: null,
    transferred: null, line: null, callerId: null, outcomeId: null, missing: null, ...changes,
  }; // prettier-ignore
}

/** Pushes one call as this session's person and expects it to be applied. */
export async function pushCall(cloud: TestCloud, session: CloudSession, row: CloudCall): Promise<void> {
  const ops = [{ opId: newId(), type: 'call.put', row }];
  const reply = await cloud.as(session, { method: 'POST', url: '/v1/sync/push', body: { deviceId: 'd', ops } });
  const status = reply.json<{ results?: { status: string }[] }>().results?.[0]?.status;
  if (status !== 'applied') throw new Error(`push: ${reply.body}`);
}

/** A clip as desks send it: 16-bit mono WAV at 8 kHz, `ms` long. */
export function clipFile(ms: number): Buffer {
  const data = Buffer.alloc(Math.round(ms * 8) * 2, ms % 251);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(16_000, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}
