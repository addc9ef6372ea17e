import type { CloudDeps } from '../../app/deps.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import { auditByItself } from '../audit/index.ts';
import { companyIds } from '../companies/index.ts';
import { dueBefore } from './keeping.ts';
import * as repository from './keeping-repository.ts';
import { openStore, type FileStore } from '../../storage/index.ts';

/**
 * Takes away what each company's rule no longer keeps: first nobody hears it any more, then its file goes. Cut anywhere it
 * goes on at its next turn; several servers may do it at once. @returns how many files went
 */
export async function purgeRecordings(deps: CloudDeps): Promise<number> {
  const store = openStore(deps);
  let count = 0;
  for (const companyId of await companyIds(deps.db)) count += await purgeCompany(deps, store, companyId);
  if (count > 0) deps.logger.log('info', 'recordings.purged', { count });
  return count;
}

async function purgeCompany(deps: CloudDeps, store: FileStore, companyId: string): Promise<number> {
  const { db } = deps;
  const keepDays = await readCompany(db, companyId, (reader) => repository.readKeepDays(reader, companyId));
  if (keepDays !== null) while ((await purgeSome(deps, companyId, keepDays)) > 0);
  return removeFiles(deps, store, companyId);
}

function purgeSome({ db, clock, newId }: CloudDeps, companyId: string, keepDays: number): Promise<number> {
  const now = clock.now();
  return writeCompany(db, companyId, now, async (tx, log) => {
    const gone = await repository.purgeDue(tx, companyId, dueBefore(now, keepDays), now);
    if (gone.length === 0) return 0;
    for (const { id } of gone) log.add('recording', id);
    // One for each transaction: an entry of the whole run would be lost with a run that is cut.
    const stored = gone.map(({ storedAt }) => storedAt);
    const after = { count: gone.length, keepDays, oldest: Math.min(...stored), newest: Math.max(...stored) };
    await auditByItself(tx, { newId, clock }, companyId, 'recording.purged', after);
    return gone.length;
  });
}

/** Also what was purged when the server died, or the bucket did not answer. */
async function removeFiles({ db, clock }: CloudDeps, store: FileStore, companyId: string): Promise<number> {
  for (let count = 0; ;) {
    const ids = await readCompany(db, companyId, (reader) => repository.toRemove(reader, companyId));
    if (ids.length === 0) return count;
    for (const id of ids) {
      await store.remove(companyId, id);
      await writeCompany(db, companyId, clock.now(), (tx) => repository.removed(tx, companyId, id, clock.now()));
      count += 1;
    }
  }
}
