import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '#shared/domain/vocabulary.ts';
import { fillDatabase } from '#tests/support/big-database.ts';
import { leaveSignedIn, testEmployee } from '#tests/support/signed-in.ts';

/** A data folder whose person was signed in yesterday and has 100,000 leads and 50,000 calls. */
export async function makeBigDesk(
  role: Role = testEmployee.role,
): Promise<{ dataDir: string; deskDir: string; remove(): void }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'jinhu-big-'));
  const deskDir = join(dataDir, 'desks/main');
  fillDatabase(await leaveSignedIn(deskDir, { kind: 'none' }, { ...testEmployee, role }), {
    leads: 100_000,
    calls: 50_000,
  });
  return { dataDir, deskDir, remove: () => rmSync(dataDir, { recursive: true, force: true }) };
}
