import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillDatabase } from '#tests/support/big-database.ts';
import { leaveSignedIn } from '#tests/support/signed-in.ts';

/** A data folder whose person was signed in yesterday and has 100,000 leads and 50,000 calls. */
export async function makeBigDesk(): Promise<{ dataDir: string; deskDir: string; remove(): void }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'jinhu-big-'));
  const deskDir = join(dataDir, 'desks/main');
  fillDatabase(await leaveSignedIn(deskDir), { leads: 100_000, calls: 50_000 });
  return { dataDir, deskDir, remove: () => rmSync(dataDir, { recursive: true, force: true }) };
}
