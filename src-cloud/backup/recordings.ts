import { join } from 'node:path';
import { sizeOf, type Content } from '../app/files.ts';
import { copyVerified } from './files.ts';
import { recordingsFolder, type Manifest, type TableFile } from './manifest.ts';
import { readRows } from './rows.ts';

/** A file that a row of the backup names: a recording, or the sound of an opener. */
interface Named extends Content {
  readonly companyId: string;
  readonly id: string;
}

/** Where a content lies that all backups of a folder share. */
const archived = (root: string, sha256: string): string => join(root, recordingsFolder, sha256.slice(0, 2), sha256);
const inCloud = (recordingsDir: string, { companyId, id }: Named): string => join(recordingsDir, companyId, id);

/** NULL in the text format of COPY. */
const copyNull = '\\N';

/** Tables whose rows name files, and the column that has the file's name. Backups of before lack some. */
const namedBy = { recording: 'id', opener_sound: 'sha256' } as const;

/** Those that the company's rule has taken away have no file any more, and are not missing. */
async function* namedIn(folder: string, tables: readonly TableFile[]): AsyncIterable<Named> {
  for (const [name, id] of Object.entries(namedBy)) {
    const file = tables.find(({ table }) => table === name);
    if (!file) continue;
    for await (const row of readRows(folder, file)) {
      const text = (column: string): string => row.get(column) ?? '';
      if (text('purged_at') !== copyNull && text('purged_at') !== '') continue;
      yield { companyId: text('company_id'), id: text(id), sha256: text('sha256'), bytes: Number(text('bytes')) };
    }
  }
}

/**
 * Copies what the backup's rows name and the archive does not have. A content that is there was verified when it came and
 * is only measured. @param root of all backups
 */
export async function archiveRecordings(
  root: string,
  folder: string,
  tables: readonly TableFile[],
  recordingsDir: string,
): Promise<Manifest['recordings']> {
  const sum = { count: 0, bytes: 0, missing: 0 };
  for await (const one of namedIn(folder, tables)) {
    const target = archived(root, one.sha256);
    const there =
      (await sizeOf(target)) === one.bytes || (await copyVerified(inCloud(recordingsDir, one), target, one));
    if (there) Object.assign(sum, { count: sum.count + 1, bytes: sum.bytes + one.bytes });
    else sum.missing += 1;
  }
  return sum;
}

/** Back into a cloud's folder, each verified. Files that are there already stay. @returns how many could not be had */
export async function restoreRecordings(
  root: string,
  folder: string,
  tables: readonly TableFile[],
  recordingsDir: string,
): Promise<number> {
  let missing = 0;
  for await (const one of namedIn(folder, tables)) {
    const target = inCloud(recordingsDir, one);
    if ((await sizeOf(target)) === one.bytes) continue;
    if (!(await copyVerified(archived(root, one.sha256), target, one))) missing += 1;
  }
  return missing;
}
