import { AppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { ReadableDb, WritableDb } from './handles.ts';
import type { Migration } from './migrations/migration.ts';
import { stopFollowing } from './next-generation.ts';

/**
 * Brings the schema up to date, each step in a transaction of its own together with its number: a crash leaves the
 * schema before or after a step, never inside.
 *
 * @throws AppError `database.from-the-future` when a newer desk has written this file
 */
export function migrate(db: WritableDb, migrations: readonly Migration[], logger: Logger): void {
  migrations.forEach((migration, index) => {
    if (migration.id <= (migrations[index - 1]?.id ?? 0)) throw new Error(`migrations out of order at ${migration.id}`);
  });
  const known = migrations.at(-1)?.id ?? 0;
  const found = schemaVersion(db);
  if (found > known) throw new AppError('database.from-the-future', { found, known });
  // Triggers that copy rows into a table of before would break the first write behind a migration.
  if (found < known) stopFollowing(db);
  for (const migration of migrations) {
    if (migration.id <= found) continue;
    db.transaction(() => {
      migration.up(db);
      // A pragma takes no parameters; the number comes from our own list.
      db.run(`PRAGMA user_version = ${migration.id}`);
    });
    logger.log('info', 'database.migrated', { id: migration.id, name: migration.name });
  }
}

const schemaVersion = (db: ReadableDb): number =>
  db.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
