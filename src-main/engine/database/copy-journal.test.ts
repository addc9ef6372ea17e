import { openSync, readSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { copyJournal } from './copy-journal.ts';
import { openDatabase } from './open-database.ts';

/** Of a WAL, what is drawn anew with each run of it (SQLite file format §4.1, «salt-1» and «salt-2»). */
function run(wal: string): string {
  const file = openSync(wal, 'r');
  const salts = Buffer.alloc(8);
  readSync(file, salts, 0, 8, 16);
  closeSync(file);
  return salts.toString('hex');
}

it('copies the WAL, and leaves nothing for the loop to begin', () => {
  const path = join(tempFolder(), 'desk.db');
  const up = 'CREATE TABLE t (id INTEGER PRIMARY KEY)';
  const { write, share, close } = openDatabase(path, { migrations: [{ id: 1, name: 'first', up: (db) => void db.run(up) }], logger: silentLogger }); // prettier-ignore
  const shared = share();
  write.run('INSERT INTO t DEFAULT VALUES');
  const thread = new BetterSqlite(path);
  const before = run(`${path}-wal`);
  copyJournal(thread);
  const begun = run(`${path}-wal`);
  expect(begun).not.toBe(before);
  write.run('INSERT INTO t DEFAULT VALUES');
  expect(run(`${path}-wal`)).toBe(begun);
  expect(thread.pragma('user_version', { simple: true })).toBe(1);
  expect(write.get('SELECT count(*) AS n FROM t')).toEqual({ n: 2 });
  thread.close();
  shared.dispose();
  close();
});
