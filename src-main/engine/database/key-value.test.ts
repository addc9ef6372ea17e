import { describe, expect, it } from 'vitest';
import { testDatabase } from '../testing/test-database.ts';
import { createKeyValueStore } from './key-value.ts';

describe('KeyValueStore', () => {
  it('keeps the last value of each key until it is removed', () => {
    const { write } = testDatabase();
    const store = createKeyValueStore(write);
    expect(store.get('colour')).toBeUndefined();
    store.set('colour', 'red');
    store.set('colour', 'blue');
    store.set('shape', '');
    expect(store.get('colour')).toBe('blue');
    expect(store.get('shape')).toBe('');
    store.remove('colour');
    store.remove('colour');
    expect(store.get('colour')).toBeUndefined();
  });
});
