import type { KeyValueStore } from '../database/key-value.ts';

export function memoryStore(values: Map<string, string> = new Map()): KeyValueStore {
  return {
    get: (key) => values.get(key),
    set: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
  };
}
