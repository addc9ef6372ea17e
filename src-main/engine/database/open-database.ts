import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import type { Disposable } from '#shared/base/dispose.ts';
import { AppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { openBulkWrites, type BulkWrites } from './bulk-writes.ts';
import type { ReadableDb, WritableDb } from './handles.ts';
import { createReadable, createWritable } from './connection.ts';
import { toDatabaseError } from './database-error.ts';
import { migrate } from './migrate.ts';
import type { Migration } from './migrations/migration.ts';
import { WriteTurn } from './write-turn.ts';

export interface Database {
  /** Of its file. */
  readonly path: string;
  readonly write: WritableDb;
  /** A connection of its own that SQLite itself opened read-only: it sees what is committed, never half of a transaction. */
  readonly read: ReadableDb;
  /** Until it is disposed of, a long series of writes holds nobody up. At most one at a time. */
  bulk(): BulkWrites;
  /** Until it is disposed of a thread may write too; it copies the WAL into the database itself. */
  share(): SharedWrites;
  /** Checkpoints, closes and gives the lock back. Idempotent. */
  close(): void;
}

/** What a thread needs to write beside the loop (write-turn.ts). */
export interface SharedWrites extends Disposable {
  readonly path: string;
  readonly turn: SharedArrayBuffer;
}

export interface OpenOptions {
  readonly migrations: readonly Migration[];
  readonly logger: Logger;
}

/**
 * Opens (or makes) the database file at `path`, brings its schema up to date and keeps every other engine out of it
 * until `close` or the end of the process, however it ends.
 *
 * @throws AppError `database.locked` (another desk runs on it), `database.from-the-future` { found, known },
 *   `database.damaged` { finding }, `disk.full`
 */
export function openDatabase(path: string, { migrations, logger }: OpenOptions): Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const lock = takeLock(`${path}.lock`);
  const opened: BetterSqlite.Database[] = [];
  const closeAll = (): void => {
    // The reader goes first: the last connection to close is the one that checkpoints, and it must be able to write.
    for (const connection of opened.splice(0).reverse()) connection.close();
    heldLocks.delete(lock);
    lock.close();
  };
  try {
    // SQLite gives -wal and -shm the mode of the main file, so making that one private is enough.
    createPrivateFile(path);
    const unclean = hasContent(`${path}-wal`);
    const writer = new BetterSqlite(path);
    opened.push(writer);
    configure(writer);
    if (unclean) checkAfterCrash(writer, logger);
    const turn = new WriteTurn();
    const write = createWritable(writer, turn);
    migrate(write, migrations, logger);
    const reader = new BetterSqlite(path, { readonly: true });
    opened.push(reader);
    tune(reader);
    const bulk = (): BulkWrites => openBulkWrites({ path, connection: writer, write, logger });
    const share = (): SharedWrites => shareWrites(writer, path, turn);
    return { path, write, read: createReadable(reader), bulk, share, close: closeAll };
  } catch (error) {
    closeAll();
    throw toDatabaseError(error);
  }
}

/** Else a commit of the loop that finds a long WAL copies all that the thread has written, two fsyncs included. */
function shareWrites(writer: BetterSqlite.Database, path: string, { shared }: WriteTurn): SharedWrites {
  const pages = Number(writer.pragma('wal_autocheckpoint', { simple: true }));
  writer.pragma('wal_autocheckpoint = 0');
  return {
    path,
    turn: shared,
    dispose: () => void (writer.open && writer.pragma(`wal_autocheckpoint = ${pages}`)),
  };
}

function configure(connection: BetterSqlite.Database): void {
  connection.pragma('journal_mode = WAL');
  // FULL: a call that was acknowledged survives a power cut; 0.2 ms per commit (research/storage §6).
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
  tune(connection);
}

function tune(connection: BetterSqlite.Database): void {
  connection.pragma('busy_timeout = 5000');
  // What is read comes by mmap: this is for pages that were just written. 64 MB of them made no import faster, and were 30 MB of its memory.
  connection.pragma('cache_size = -16384');
  connection.pragma('mmap_size = 1073741824');
  connection.pragma('trusted_schema = OFF');
}

/**
 * SQLite removes the WAL when the last connection closes, so one with content means that the last run was cut off: the
 * moment at which a disk may have lied. A clean start skips the check, which reads the whole file.
 */
function checkAfterCrash(connection: BetterSqlite.Database, logger: Logger): void {
  const finding = String(connection.pragma('quick_check(1)', { simple: true }));
  logger.log(finding === 'ok' ? 'info' : 'error', 'database.checked-after-crash', { finding });
  if (finding !== 'ok') throw new AppError('database.damaged', { finding });
}

/** A connection that nobody refers to is closed by the garbage collector: the lock must not hang on the caller keeping `close`. */
const heldLocks = new Set<BetterSqlite.Database>();

/**
 * One engine per file, by a lock that the operating system holds: an exclusive transaction on a small file beside the
 * database. It ends with the process, kill -9 included; a pid file would stay, and its number may come to mean another
 * process. The database itself cannot carry it, because readers (export, bench) may open that one.
 */
function takeLock(path: string): BetterSqlite.Database {
  createPrivateFile(path);
  let lock: BetterSqlite.Database | undefined;
  try {
    lock = new BetterSqlite(path, { timeout: 0 });
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    heldLocks.add(lock);
    return lock;
  } catch (error) {
    lock?.close();
    throw toDatabaseError(error);
  }
}

/** `wx` never opens an existing file: closing a second descriptor would drop the POSIX locks of this whole process. */
function createPrivateFile(path: string): void {
  if (existsSync(path)) chmodSync(path, 0o600);
  else closeSync(openSync(path, 'wx', 0o600));
}

const hasContent = (path: string): boolean => existsSync(path) && statSync(path).size > 0;
