import { rm } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { systemClock } from '../main/system.ts';
import { testFolder } from '../testing/test-cloud.ts';
import { migrate, openDatabase, ourSchema } from './database.ts';
import { startEmbedded, type EmbeddedPostgres } from './embedded.ts';
import { recordedSessions } from './testing/recorded-session.ts';

const sessions = recordedSessions();
const supported = sessions.filter(({ server }) => server >= ourSchema.oldestServer);
const ours = Object.keys(ourSchema.migrations).at(-1);

let dir: string;
let postgres: EmbeddedPostgres;
beforeAll(async () => {
  dir = await testFolder();
  postgres = await startEmbedded({ dataDir: dir, clock: systemClock, logger: silentLogger });
});
afterAll(async () => {
  await postgres.stop();
  await rm(dir, { recursive: true, force: true });
});

describe('servers that may still run', () => {
  it('have told what they send: npx node tools/record-cloud.ts, once for each new migration', () => {
    expect(sessions.map(({ server }) => server)).toContain(ours);
  });

  it.each(supported)(
    '$server: all that it sends does on the newest schema what it did on its own',
    async ({ server, session }) => {
      const url = await postgres.databaseUrl(`old_${server.replaceAll('-', '_')}`);
      const db = openDatabase(url, silentLogger, 1);
      await migrate(db);
      await db.destroy();
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        for (const { sql, values, rows } of session) {
          const result = await client.query(sql, values).catch((error: unknown) => {
            throw new Error(sql, { cause: error });
          });
          expect(result.rowCount, sql).toBe(rows);
        }
      } finally {
        await client.end();
      }
      expect(session.length).toBeGreaterThan(80);
    },
  );
});
