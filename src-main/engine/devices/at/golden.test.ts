import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byteByByte,
  bytesOf,
  expected,
  inOnePiece,
  readTraces,
  replay,
  type Chunking,
} from '#tests/support/at-traces.ts';

const traces = readTraces();

/** Pieces of the given sizes, over and over. */
const inPieces =
  (sizes: readonly number[]): Chunking =>
  (bytes) => {
    const chunks: Buffer[] = [];
    for (let at = 0, n = 0; at < bytes.length; n += 1) {
      const size = sizes[n % sizes.length] ?? bytes.length;
      chunks.push(bytes.subarray(at, at + size));
      at += size;
    }
    return chunks;
  };

describe('golden traces (case 8: every way to end a line, case 9: every way to cut the bytes)', () => {
  it('are there for each kind of modem', () => {
    expect(traces.map(({ name }) => name)).toEqual([
      'bare-cr',
      'cr-cr-lf',
      'huawei-like',
      'never-echoes',
      'phonesim-like',
      'quectel-like',
      'simcom-like',
      'v250-reference',
    ]);
  });

  it.each(traces)('$name in one piece', async (trace) => {
    expect(await replay(trace, inOnePiece)).toEqual(expected(trace));
  });

  it.each(traces)('case 9: $name byte by byte', async (trace) => {
    expect(await replay(trace, byteByByte)).toEqual(expected(trace));
  });

  it('case 9: give the same in random pieces', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...traces), sizes, async (trace, pieces) => {
        expect(await replay(trace, inPieces(pieces))).toEqual(expected(trace));
      }),
      { seed: 20_260_105, numRuns: 40 },
    );
  });

  it('name no number but synthetic ones', () => {
    for (const trace of traces)
      for (const number of bytesOf(trace)
        .toString('latin1')
        .match(/1[3-9]\d{9}/g) ?? [])
        expect(number).toMatch(/^154/);
  });
});
