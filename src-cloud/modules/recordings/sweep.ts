import type { CloudDeps } from '../../app/deps.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import { deleteUploadOf, uploadExists, uploadsBefore } from './repository.ts';
import { Incoming } from './incoming.ts';

/** A desk that was off over the longest holidays begins its upload anew, which costs it nothing but the bytes. */
const abandonedMs = 7 * 24 * 60 * 60_000;
/** Long enough to look into why. */
const quarantineMs = 30 * 24 * 60 * 60_000;

/** Removes uploads that have not grown for seven days, partial files that no upload knows, and what was set aside 30 days ago. @returns how many */
export async function sweepUploads({ db, clock, logger, recordingsDir }: CloudDeps): Promise<number> {
  const incoming = new Incoming(recordingsDir);
  const before = clock.now() - abandonedMs;
  let swept = 0;
  for (const { companyId, id } of await uploadsBefore(db, before)) {
    const touchedAt = await incoming.touchedAt(companyId, id);
    if (touchedAt !== undefined && touchedAt >= before) continue;
    // The row first: a file without a row is found below, a row without its file would promise bytes that are gone.
    await writeCompany(db, companyId, clock.now(), (tx) => deleteUploadOf(tx, companyId, id));
    await incoming.discard(companyId, id);
    swept += 1;
  }
  for (const { companyId, id } of await incoming.untouchedSince(before)) {
    if (await readCompany(db, companyId, (reader) => uploadExists(reader, companyId, id))) continue;
    await incoming.discard(companyId, id);
    swept += 1;
  }
  swept += await incoming.emptyQuarantine(clock.now() - quarantineMs);
  if (swept > 0) logger.log('info', 'uploads.swept', { count: swept });
  return swept;
}
