import { rm } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger, silentLogger } from '#shared/base/logger.ts';
import { newId, systemClock } from '../main/system.ts';
import { testFolder } from '../testing/test-cloud.ts';
import { readCompany } from './access.ts';
import { writeCompany } from './changes.ts';
import { openDatabase, openOwner } from './database.ts';
import { startEmbedded, type EmbeddedPostgres } from './embedded.ts';
import { prepareDatabase } from './prepare.ts';

// Whoever runs the cloud decides with which login. The tests go in order: roles belong to all databases of a server.

let dir: string;
let server: EmbeddedPostgres;
let admin: pg.Client;
beforeAll(async () => {
  dir = await testFolder();
  server = await startEmbedded({ dataDir: dir, clock: systemClock, logger: silentLogger });
  admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await server.stop();
  await rm(dir, { recursive: true, force: true });
});

/** A login with a database of its own, as docs/guides/run-the-cloud.md makes it. @returns the address */
async function login(name: string, attributes = ''): Promise<string> {
  await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD 'x' ${attributes}`);
  await admin.query(`CREATE DATABASE ${name} OWNER ${name} TEMPLATE template0`);
  return `postgres://${name}:x@127.0.0.1:${new URL(server.url).port}/${name}`;
}

/** Prepares and works there. @returns what the server is, what it sees of two companies, and what it warned of */
async function tryOut(url: string): Promise<{ role: string | null; sees: string[]; asOwner: number; warned: boolean }> {
  const lines: string[] = [];
  const { role } = await prepareDatabase(
    url,
    createLogger((line) => lines.push(line), systemClock.now),
  );
  const again = await prepareDatabase(url, silentLogger);
  expect(again.role).toBe(role);
  const db = openDatabase(url, silentLogger, { role });
  const companies = [newId(), newId()] as const;
  for (const companyId of companies)
    await writeCompany(db, companyId, 0, (tx) =>
      tx.insertInto('company').values({ companyId, name: 'x', sample: false, createdAt: 0 }).execute(),
    );
  const seen = await readCompany(db, companies[0], (reader) =>
    reader.selectFrom('company').select('companyId').execute(),
  );
  await db.destroy();
  const owner = openOwner(url, silentLogger);
  const all = await owner.selectFrom('company').select('companyId').execute();
  await owner.destroy();
  const sees = seen.map(({ companyId }) => (companyId === companies[0] ? 'its own' : "another's"));
  return { role, sees, asOwner: all.length, warned: lines.some((line) => line.includes('database.no-role')) };
}

it('a login that may make roles makes the one that the server works in', async () => {
  const url = await login('maker', 'CREATEROLE');
  expect(await tryOut(url)).toEqual({ role: 'jinhu_app', sees: ['its own'], asOwner: 2, warned: false });
});

it('an owner who may not, and was given none, is bound by the policies itself, and that is said', async () => {
  const url = await login('bare');
  expect(await tryOut(url)).toEqual({ role: null, sees: ['its own'], asOwner: 2, warned: true });
  // From then on with the role, without another word.
  await admin.query('GRANT jinhu_app TO bare');
  expect((await prepareDatabase(url, silentLogger)).role).toBe('jinhu_app');
});

it('an owner who was given the role works in it', async () => {
  const url = await login('given');
  await admin.query('GRANT jinhu_app TO given');
  expect(await tryOut(url)).toEqual({ role: 'jinhu_app', sees: ['its own'], asOwner: 2, warned: false });
});

it('a login over which no policy has power is refused without the role, and told what to do', async () => {
  const url = await login('passing', 'BYPASSRLS');
  await expect(prepareDatabase(url, silentLogger)).rejects.toThrow('GRANT jinhu_app TO "passing"');
  await admin.query('GRANT jinhu_app TO passing');
  expect(await tryOut(url)).toMatchObject({ role: 'jinhu_app', sees: ['its own'] });
});

it('a superuser works in the role', async () => {
  expect(await tryOut(await login('super', 'SUPERUSER'))).toMatchObject({ role: 'jinhu_app', sees: ['its own'] });
});

it('a role that no policy binds is no role to work in', async () => {
  await admin.query('ALTER ROLE jinhu_app BYPASSRLS');
  try {
    await expect(prepareDatabase(await login('careless', 'SUPERUSER'), silentLogger)).rejects.toThrow(
      'row-level security',
    );
  } finally {
    await admin.query('ALTER ROLE jinhu_app NOBYPASSRLS');
  }
});

it('two that start at once make the policies once', async () => {
  const url = await login('twice');
  await admin.query('GRANT jinhu_app TO twice');
  const both = await Promise.all([prepareDatabase(url, silentLogger), prepareDatabase(url, silentLogger)]);
  expect(both.map(({ role }) => role)).toEqual(['jinhu_app', 'jinhu_app']);
  expect(both[0].signingKey).toEqual(both[1].signingKey);
});
