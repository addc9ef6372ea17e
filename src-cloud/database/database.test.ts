import { sql } from 'kysely';
import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { sleep } from '#shared/base/clock.ts';
import { createLogger } from '#shared/base/logger.ts';
import { newId, systemClock } from '../main/system.ts';
import { testFolder } from '../testing/test-cloud.ts';
import { readCompany } from './access.ts';
import { databaseIsAway, openDatabase } from './database.ts';
import { startEmbedded } from './embedded.ts';

describe('a session whose server dies', () => {
  it('between two queries of a transaction ends that transaction, not the process', async () => {
    const dir = await testFolder();
    const lines: string[] = [];
    const logger = createLogger((line) => lines.push(line), systemClock.now);
    const server = await startEmbedded({ dataDir: dir, clock: systemClock, logger: logger.child('postgres') });
    const db = openDatabase(server.url, logger, { role: null });
    const lost = (): boolean => lines.some((line) => line.includes('database.session-lost'));
    const work = readCompany(db, newId(), async (tx) => {
      await sql`SELECT 1`.execute(tx);
      process.kill(server.pid, 'SIGKILL');
      const limit = systemClock.mono() + 50_000;
      while (!lost() && systemClock.mono() < limit) await sleep(systemClock, 10);
      await sql`SELECT 1`.execute(tx);
    });
    const error: unknown = await work.catch((thrown: unknown) => thrown);
    await db.destroy();
    await server.stop();
    await rm(dir, { recursive: true, force: true });
    expect([lost(), databaseIsAway(error)]).toEqual([true, true]);
  });
});
