import type { CloudDeps } from '../../app/deps.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import { openStore } from '../../storage/index.ts';
import { companyIds } from '../companies/index.ts';
import { deleteIdleSound, idleSounds } from './repository.ts';

/** Between the sending of a sound and the saving of the form that it was sent from. */
const idleMs = 24 * 60 * 60_000;

/**
 * Removes sounds that no opener names, a day after they were sent or last named. The file goes under the row's lock: who sends
 * the same sound again at this moment waits, and then brings its file anew. @returns how many
 */
export async function sweepOpenerSounds(deps: CloudDeps): Promise<number> {
  const { db, clock } = deps;
  const store = openStore(deps);
  const before = clock.now() - idleMs;
  let count = 0;
  for (const companyId of await companyIds(db))
    for (const sha256 of await readCompany(db, companyId, (reader) => idleSounds(reader, companyId, before)))
      await writeCompany(db, companyId, clock.now(), async (tx) => {
        if (!(await deleteIdleSound(tx, companyId, sha256, before))) return;
        await store.remove(companyId, sha256);
        count += 1;
      });
  return count;
}
