import { expect, it } from 'vitest';
import { readMemory, writeMemory } from './script-memory.ts';

it('keeps which script was chosen and whether it is shown, and takes what it cannot read for nothing', () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  expect(readMemory(storage)).toEqual({ open: true, id: null });
  writeMemory(storage, { open: false, id: 'a' });
  expect(readMemory(storage)).toEqual({ open: false, id: 'a' });
  for (const text of ['{', '7', '{"open":1,"id":2}']) {
    for (const key of kept.keys()) kept.set(key, text);
    expect(readMemory(storage)).toEqual({ open: true, id: null });
  }
});
