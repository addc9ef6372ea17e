import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { restoreBackup, writeBackup } from '../backup/index.ts';
import { findRunningEmbedded, startEmbedded, type EmbeddedPostgres } from '../database/embedded.ts';
import { keysPath } from './secret-keys.ts';
import { systemClock } from './system.ts';

export interface BackupPlace {
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  /** Whatever it is: its recordings are not touched. */
  readonly bucket?: object | undefined;
  readonly logger: Logger;
}

/** Answers for a terminal; `complete` is false when a recording was not to be had. */
export interface Said {
  readonly text: string;
  readonly complete: boolean;
}

export async function backup(place: BackupPlace, to: string): Promise<Said> {
  const now = new Date(systemClock.now());
  const { folder, manifest } = await withDatabase(place, (url) =>
    writeBackup({ url, recordingsDir: recordingsOf(place), to, now }),
  );
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  const { count, bytes, missing } = manifest.recordings;
  const lines = [`Backup: ${folder}`, `${rows} rows, ${count} recordings (${bytes} bytes), as of ${manifest.takenAt}`];
  if (place.bucket)
    lines.push('Recordings are in their bucket and NOT in it: keep versions or a replica of the bucket.');
  const keys = keysPath(place.dataDir);
  if (!place.databaseUrl && existsSync(keys)) lines.push(`The key of SIP passwords is NOT in it: keep a copy of ${keys} elsewhere.`); // prettier-ignore
  if (missing > 0) lines.push(`${missing} recordings have rows but no file, or a damaged one, and are NOT in it.`);
  return { text: lines.join('\n'), complete: missing === 0 };
}

/** @param moved the cloud was stopped before the backup, and this one takes its place */
export async function restore(place: BackupPlace, from: string, moved = false): Promise<Said> {
  const now = systemClock.now();
  const { manifest, missingRecordings, foreignTables } = await withDatabase(place, (url) =>
    restoreBackup({ url, recordingsDir: recordingsOf(place), from, now, moved, logger: place.logger }),
  );
  const then = moved ? 'All goes on as it was.' : 'Everybody signs in anew; desks then send what is not here.';
  const lines = [`Restored as of ${manifest.takenAt}. ${then}`];
  if (missingRecordings > 0) lines.push(`${missingRecordings} recordings are not in the backup.`);
  if (foreignTables.length > 0) lines.push(`Left out, since they are not the cloud's: ${foreignTables.join(', ')}.`);
  return { text: lines.join('\n'), complete: missingRecordings === 0 };
}

const recordingsOf = ({ dataDir, bucket }: BackupPlace): string | null => (bucket ? null : join(dataDir, 'recordings'));

/** The external database, the own one for as long as this takes, or the own one of a living cloud. */
async function withDatabase<T>(
  { dataDir, databaseUrl, logger }: BackupPlace,
  work: (url: string) => Promise<T>,
): Promise<T> {
  if (databaseUrl) return work(databaseUrl);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  // First as our own: a server that a killed cloud, or a killed restore, has left behind is taken over, and ends with us.
  const server = await startEmbedded({ dataDir, clock: systemClock, logger: logger.child('postgres') }).catch(
    (error: unknown) => {
      if (error instanceof AppError && error.code === 'environment.in-use') return null;
      throw error;
    },
  );
  return server ? whileOurs(server, work) : work((await findRunningEmbedded(dataDir)) ?? livingCloudWent());
}

/** Between two looks. Whoever asks again finds it as it is now. */
function livingCloudWent(): never {
  throw new AppError('environment.in-use');
}

async function whileOurs<T>(server: EmbeddedPostgres, work: (url: string) => Promise<T>): Promise<T> {
  // It would outlive us.
  const onSignal = (): void => void server.stop().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal);
  try {
    return await work(server.url);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
    await server.stop();
  }
}
