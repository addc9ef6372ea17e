import { rm } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { systemClock } from '../main/system.ts';
import { testFolder } from '../testing/test-cloud.ts';
import { ourSchema } from './database.ts';
import { startEmbedded, type EmbeddedPostgres } from './embedded.ts';
import { prepareDatabase } from './prepare.ts';
import { recordedSessions, rowsOf, type RecordedSession } from './testing/recorded-session.ts';

const sessions = recordedSessions();
const supported = sessions.filter(({ server }) => server >= ourSchema.oldestServer);
const ours = Object.keys(ourSchema.migrations).at(-1);

let dir: string;
let postgres: EmbeddedPostgres;
let admin: pg.Client;
beforeAll(async () => {
  dir = await testFolder();
  postgres = await startEmbedded({ dataDir: dir, clock: systemClock, logger: silentLogger });
  admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await postgres.stop();
  await rm(dir, { recursive: true, force: true });
});

/** An old server that meets the newest schema, with its policies and its role. */
async function play(url: string, session: RecordedSession): Promise<void> {
  await prepareDatabase(url, silentLogger);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const { sql, values, rows } of session) {
      const result = await client.query(sql, values).catch((error: unknown) => {
        throw new Error(`${sql}: ${error instanceof Error ? error.message : 'refused'}`, { cause: error });
      });
      expect(rowsOf(result), sql).toBe(rows);
    }
  } finally {
    await client.end();
  }
}

describe('servers that may still run', () => {
  it('have told what they send: npx node tools/record-cloud.ts, once for each new migration', () => {
    expect(sessions.map(({ server }) => server)).toContain(ours);
  });

  it.each(supported)(
    '$server: all that it sends does on the newest schema what it did on its own',
    async ({ server, session }) => {
      await play(await postgres.databaseUrl(`old_${server.replaceAll('-', '_')}`), session);
      expect(session.length).toBeGreaterThan(80);
    },
  );
});

/** What docs/decisions/0010-row-security.md says of it, and why `oldestServer` shuts it out. */
describe('a server from before row security', () => {
  const { session } = sessions.find(({ server }) => server === '0004-call-line') ?? { session: [] };

  it('goes on as a superuser, whom no policy binds', async () => {
    await play(await postgres.databaseUrl('before'), session);
    expect(session.length).toBeGreaterThan(80);
  });

  it('sees nothing and writes nothing as an owner who is no superuser: it fails, and mixes up nothing', async () => {
    await admin.query(`CREATE ROLE plain LOGIN PASSWORD 'x'`);
    await admin.query('CREATE DATABASE plain OWNER plain TEMPLATE template0');
    const url = `postgres://plain:x@127.0.0.1:${new URL(postgres.url).port}/plain`;
    await expect(play(url, session)).rejects.toThrow(/^insert into .* violates row-level security policy/);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    for (const table of ['company', 'employee', 'call'])
      expect((await client.query(`SELECT 1 FROM "${table}"`)).rowCount).toBe(0);
    await client.end();
  });
});
