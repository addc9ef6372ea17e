import type { WritableDb } from './handles.ts';

/** Small facts that need no table of their own: settings, cursors, the device id. */
export interface KeyValueStore {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
}

/** Over table `meta`. Joins a transaction that is open on `db`. */
export function createKeyValueStore(db: WritableDb): KeyValueStore {
  return {
    get: (key) => db.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', [key])?.value,
    set: (key, value) => {
      db.run('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value', [
        key,
        value,
      ]);
    },
    remove: (key) => {
      db.run('DELETE FROM meta WHERE key = ?', [key]);
    },
  };
}
