import { silentLogger } from '#shared/base/logger.ts';
import { openDatabase } from '../database/database.ts';
import { newId, systemClock } from '../main/system.ts';
import { buildServer } from './build-server.ts';
import { CloudMetrics } from './operations/index.ts';
import { SecretBox } from './secret-box.ts';

/** The text of docs/openapi.json: what a running cloud serves at /openapi.json. Needs no database, connects nowhere. */
export async function openApiText(): Promise<string> {
  const db = openDatabase('postgres://127.0.0.1:1/none', silentLogger, { role: null });
  const keys = { signingKey: new Uint8Array(32), secrets: new SecretBox([]) };
  const rest = { clock: systemClock, newId, logger: silentLogger, recordingsDir: '.', ...keys };
  const app = await buildServer({ db, ...rest, metrics: new CloudMetrics() });
  try {
    const reply = await app.inject({ url: '/openapi.json' });
    return `${JSON.stringify(reply.json(), null, 2)}\n`;
  } finally {
    await app.close();
    await db.destroy();
  }
}
