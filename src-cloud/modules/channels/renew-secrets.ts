import { describeError } from '#shared/base/errors.ts';
import type { CloudDeps } from '../../app/deps.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import { companyIds } from '../companies/index.ts';
import { placeOf } from './sealed-passwords.ts';
import { reseal, sealedWith } from './sip-account-repository.ts';

const atOnce = 500;

/**
 * Encrypts with the current key what an older one still holds, so that the older one can be thrown away. What no key here
 * opens stays as it is: its key may come back. Desks are told nothing, since for them nothing changes.
 */
export async function renewSecrets({ db, clock, secrets, logger }: CloudDeps): Promise<void> {
  const older = secrets.olderKeyIds;
  if (older.length === 0) return;
  for (const companyId of await companyIds(db)) {
    const found = await readCompany(db, companyId, (reader) => sealedWith(reader, companyId, older, atOnce));
    for (const { id, ...before } of found) {
      try {
        const place = placeOf({ companyId, id });
        const after = secrets.seal(secrets.open(before, place), place);
        await writeCompany(db, companyId, clock.now(), (tx) => reseal(tx, companyId, id, before, after));
      } catch (error) {
        logger.log('warn', 'secrets.unreadable', { account: id, key: before.keyId, error: describeError(error) });
      }
    }
  }
}
