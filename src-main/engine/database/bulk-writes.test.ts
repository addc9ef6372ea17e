import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { migrations } from './migrations/index.ts';
import { openDatabase, type Database } from './open-database.ts';

interface Bench {
  readonly database: Database;
  readonly size: () => number;
  pragma(name: string): unknown;
  put(key: string, bytes?: number): void;
}

function setUp(): Bench {
  const path = join(tempFolder(), 'desk.db');
  const database = openDatabase(path, { migrations, logger: silentLogger });
  onTestFinished(() => database.close());
  return {
    database,
    size: () => statSync(path).size,
    pragma: (name) => Object.values(database.write.get<object>(`PRAGMA ${name}`) ?? {})[0],
    put: (key, bytes = 10) => {
      database.write.run('INSERT INTO meta (key, value) VALUES (?, ?)', [key, 'x'.repeat(bytes)]);
    },
  };
}
const full = 2;
const megabyte = 1024 * 1024;

describe('a long series of writes', () => {
  it('waits for the disk in none of its own transactions, and others do as ever', () => {
    const { database, pragma, put } = setUp();
    const bulk = database.bulk();
    const seen: unknown[] = [];
    bulk.transaction(() => {
      put('bulk');
      seen.push(pragma('synchronous'));
    });
    database.write.transaction(() => {
      put('call');
      seen.push(pragma('synchronous'));
      // Inside somebody's transaction it is a part of that one.
      bulk.transaction(() => seen.push(pragma('synchronous')));
    });
    bulk.dispose();
    expect(seen).toEqual([1, full, full]);
    expect(database.read.get('SELECT count(*) AS n FROM meta')).toEqual({ n: 2 });
  });

  it('is undone alone when it breaks, and leaves the next one durable', () => {
    const { database, pragma, put } = setUp();
    const bulk = database.bulk();
    const broken = (): void =>
      bulk.transaction(() => {
        put('half');
        throw new Error('broken');
      });
    expect(broken).toThrow('broken');
    expect([pragma('synchronous'), database.read.get('SELECT 1 FROM meta')]).toEqual([full, undefined]);
    bulk.dispose();
  });

  it('copies its WAL when it is asked to and not before; afterwards commits do it again', async () => {
    const { database, size, pragma, put } = setUp();
    const before = size();
    const bulk = database.bulk();
    for (let n = 0; n < 8; n += 1) bulk.transaction(() => put(`row ${n}`, megabyte));
    // 2,000 pages: twice of what makes a commit copy them.
    expect(size()).toBe(before);
    await bulk.checkpoint();
    expect(size()).toBeGreaterThan(8 * megabyte);
    expect(pragma('wal_autocheckpoint')).toBe(0);
    bulk.dispose();
    expect(pragma('wal_autocheckpoint')).toBe(1000);
  });

  it('leaves nobody waiting when it is over', async () => {
    const { database } = setUp();
    const bulk = database.bulk();
    const waiting = bulk.checkpoint();
    bulk.dispose();
    await waiting;
    await bulk.checkpoint();
    database.close();
  });
});
