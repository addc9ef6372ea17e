import { describe, expect, it } from 'vitest';
import { importChunkBytes } from '#shared/desk-contract/areas/imports.ts';
import { refusedBefore, uploadSheet, type FileLike } from './upload.ts';

const file = (bytes: Uint8Array): FileLike => ({
  name: '客户.xlsx',
  size: bytes.length,
  slice: (from, to) => ({ arrayBuffer: () => Promise.resolve(bytes.slice(from, to).buffer) }),
});
const encode = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes.subarray(0, 4)));

describe('a sheet', () => {
  it('is handed over in pieces, in order and whole', async () => {
    const offsets: number[] = [];
    const shares: number[] = [];
    const port = {
      begin: () => Promise.resolve({ id: 'a' }),
      chunk: ({ offset }: { offset: number }) => Promise.resolve(offsets.push(offset)),
    };
    const bytes = new Uint8Array(importChunkBytes * 2 + 5);
    const signal = new AbortController().signal;
    expect(await uploadSheet(port, file(bytes), { encode, onProgress: (share) => shares.push(share), signal })).toBe(
      'a',
    );
    expect(offsets).toEqual([0, importChunkBytes, importChunkBytes * 2]);
    expect(shares.at(-1)).toBe(1);
  });

  it('that is given up is not sent on', async () => {
    const stop = new AbortController();
    let chunks = 0;
    const port = { begin: () => Promise.resolve({ id: 'a' }), chunk: () => Promise.resolve(void ((chunks += 1), stop.abort())) };
    const bytes = new Uint8Array(importChunkBytes * 3);
    expect(await uploadSheet(port, file(bytes), { encode, onProgress: () => undefined, signal: stop.signal })).toBeNull();
    expect(chunks).toBe(1);
  }); // prettier-ignore

  it.each([
    ['a.xlsx', 1, null],
    ['a.CSV', 1, null],
    ['a.xls', 1, 'import.old-excel'],
    ['a.pdf', 1, 'import.not-a-sheet'],
    ['a.csv', 0, 'import.empty'],
    ['a.csv', 31 * 1024 * 1024, 'import.too-large'],
  ])('%s of %i bytes: %s', (name, size, refused) => {
    expect(refusedBefore({ name, size })).toBe(refused);
  });
});
