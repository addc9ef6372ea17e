import type BetterSqlite from 'better-sqlite3';

/**
 * Copies the WAL into the database and begins the next one, for a thread: so that no commit of the loop has to wait for either.
 * PASSIVE waits for nobody and nobody waits for it: writers and readers go on. Behind a whole copy the first commit begins the
 * WAL anew, and waits for the disk whatever `synchronous` says short of OFF (wal.c: else frames of the run before could be
 * taken for those of the new one). So that commit is made here.
 *
 * @param connection with a `busy_timeout`: others may be writing
 */
export function copyJournal(connection: BetterSqlite.Database): void {
  connection.pragma('wal_checkpoint(PASSIVE)');
  try {
    connection.transaction(writeAsItIs).immediate(connection);
  } catch {
    // A courtesy: a full disk is for whoever has something to write to tell of.
  }
}

/** Writes the page with the schema's number, which stays what it is. */
function writeAsItIs(connection: BetterSqlite.Database): void {
  connection.pragma(`user_version = ${Number(connection.pragma('user_version', { simple: true }))}`);
}
