import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import type { Migration } from './migrations/migration.ts';
import { openDatabase, type Database } from './open-database.ts';

const numbers: Migration = {
  id: 1,
  name: 'numbers',
  up: (db) => {
    db.run('CREATE TABLE number (value INTEGER PRIMARY KEY) STRICT');
  },
};
const words: Migration = {
  id: 2,
  name: 'words',
  up: (db) => {
    db.run('CREATE TABLE word (text TEXT) STRICT; CREATE INDEX word_by_text ON word (text)');
  },
};

function open(path: string, migrations: readonly Migration[] = [numbers]): Database {
  const database = openDatabase(path, { migrations, logger: silentLogger });
  onTestFinished(() => database.close());
  return database;
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
  return 'no error';
}

describe('openDatabase', () => {
  it('makes a private file that is durable and enforces its references', () => {
    const path = join(tempFolder(), 'inner', 'desk.db');
    const { write } = open(path);
    expect(write.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(write.get('PRAGMA synchronous')).toEqual({ synchronous: 2 });
    expect(write.get('PRAGMA foreign_keys')).toEqual({ foreign_keys: 1 });
    for (const file of [path, `${path}-wal`, `${path}-shm`, `${path}.lock`])
      expect(statSync(file).mode & 0o777, file).toBe(0o600);
  });

  it('keeps data and schema from one run to the next', () => {
    const path = join(tempFolder(), 'desk.db');
    const first = open(path);
    first.write.run('INSERT INTO number (value) VALUES (?)', [7]);
    first.close();
    const second = open(path, [numbers, words]);
    expect(second.read.all('SELECT value FROM number')).toEqual([{ value: 7 }]);
    expect(second.write.get('PRAGMA user_version')).toEqual({ user_version: 2 });
  });

  it('lets the reader see what is committed and refuses it every write', () => {
    const { write, read } = open(join(tempFolder(), 'desk.db'));
    write.transaction(() => {
      write.run('INSERT INTO number (value) VALUES (:value)', { value: 1 });
      expect(read.all('SELECT * FROM number')).toEqual([]);
    });
    expect(read.all('SELECT * FROM number')).toEqual([{ value: 1 }]);
    expect(codeOf(() => read.all('INSERT INTO number (value) VALUES (2) RETURNING value'))).toBe('internal');
  });

  it('undoes a transaction that fails, inner ones included', () => {
    const { write } = open(join(tempFolder(), 'desk.db'));
    expect(() =>
      write.transaction(() => {
        write.transaction(() => write.run('INSERT INTO number (value) VALUES (1)'));
        throw new Error('second thoughts');
      }),
    ).toThrow('second thoughts');
    expect(() => write.transaction(() => Promise.resolve())).toThrow('synchronous');
    expect(write.all('SELECT * FROM number')).toEqual([]);
    write.transaction(() => write.run('INSERT INTO number (value) VALUES (2)'));
    expect(write.all('SELECT * FROM number')).toEqual([{ value: 2 }]);
  });

  it('a quick transaction waits for no disk, is whole, and leaves the next one as durable as ever', () => {
    const { write } = open(join(tempFolder(), 'desk.db'));
    const level = (): unknown => write.get<{ synchronous: number }>('PRAGMA synchronous')?.synchronous;
    const put = (value: number): unknown => write.run('INSERT INTO number (value) VALUES (?)', [value]);
    expect(write.quickTransaction(() => (put(1), level()))).toBe(1);
    expect(codeOf(() => write.quickTransaction(() => [put(2), put(1)]))).not.toBe('no error');
    expect(write.transaction(() => write.quickTransaction(() => (put(3), level())))).toBe(2);
    expect([level(), write.all('SELECT value FROM number')]).toEqual([2, [{ value: 1 }, { value: 3 }]]);
  });

  it('leaves the schema before a step that fails', () => {
    const path = join(tempFolder(), 'desk.db');
    const broken: Migration = {
      id: 2,
      name: 'broken',
      up: (db) => {
        db.run('CREATE TABLE half (id INTEGER)');
        db.run('CREATE TABLE number (id INTEGER)');
      },
    };
    expect(codeOf(() => open(path, [numbers, broken]))).toBe('internal');
    const { write } = open(path, [numbers, words]);
    expect(write.all(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)).toEqual([
      { name: 'number' },
      { name: 'word' },
    ]);
  });

  it('refuses a file that a newer desk has written', () => {
    const path = join(tempFolder(), 'desk.db');
    open(path, [numbers, words]).close();
    const error = catchError(() => open(path, [numbers]));
    expect(error).toMatchObject({ code: 'database.from-the-future', details: { found: 2, known: 1 } });
    open(path, [numbers, words]);
  });

  it('refuses a list of migrations that is out of order', () => {
    expect(() => open(join(tempFolder(), 'desk.db'), [words, numbers])).toThrow();
  });
});

describe('the lock', () => {
  it('refuses a second engine in this process and gives the file back on close', () => {
    const path = join(tempFolder(), 'desk.db');
    const first = open(path);
    expect(codeOf(() => open(path))).toBe('database.locked');
    first.close();
    first.close();
    open(path);
  });

  it('refuses a second process, and is released by kill -9 with everything acknowledged kept', async () => {
    const path = join(tempFolder(), 'desk.db');
    const child = spawn(process.execPath, [join(import.meta.dirname, 'testing', 'hold-database.ts'), path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [first] = (await once(child.stdout, 'data')) as [Buffer];
    expect(codeOf(() => open(path))).toBe('database.locked');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const acknowledged = Number(first.toString().trim().split('\n').at(-1));
    const { read } = open(path);
    const kept = read.get<{ top: number }>('SELECT max(value) AS top FROM number');
    expect(kept?.top).toBeGreaterThanOrEqual(acknowledged);
  });
});

describe('a damaged file', () => {
  it('is refused when it is no database', () => {
    const path = join(tempFolder(), 'desk.db');
    writeFileSync(path, 'this is a shopping list '.repeat(200));
    expect(codeOf(() => open(path))).toBe('database.damaged');
  });

  it('is found by the check after a crash', () => {
    const folder = tempFolder();
    const path = join(folder, 'desk.db');
    const database = open(path, [numbers, words]);
    database.write.transaction(() => {
      for (let value = 0; value < 3000; value += 1)
        database.write.run('INSERT INTO word (text) VALUES (?)', [`word ${value}`.padEnd(60, '.')]);
    });
    database.close();
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 5 * 4096, 25 * 4096);
    const copy = join(folder, 'copy.db');
    writeFileSync(copy, bytes);
    // What a cut-off run leaves behind: a WAL with content.
    writeFileSync(`${copy}-wal`, Buffer.alloc(32));
    const error = catchError(() => open(copy, [numbers, words]));
    expect(error).toMatchObject({ code: 'database.damaged' });
    expect(codeOf(() => open(path, [numbers, words]))).toBe('no error');
  });
});

function catchError(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
