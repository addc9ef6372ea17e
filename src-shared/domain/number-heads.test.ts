import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import { NumberHeads, headsFaultWords, type HeadsFault } from './number-heads.ts';
import { writeNumberHeads, type HeadRange } from './number-heads-writer.ts';

const hangzhou = { province: '浙江', city: '杭州', postcode: '310000', areaCode: '0571' };
const sanya = { province: '海南', city: '三亚', postcode: '', areaCode: '0898' };
const ranges: HeadRange[] = [
  { from: 1_300_000, to: 1_300_004, ...hangzhou, kind: 2 },
  { from: 1_540_000, to: 1_540_001, ...sanya, kind: 1 },
  { from: 1_999_999, to: 1_999_999, ...hangzhou, kind: 8 },
];
const file = writeNumberHeads('2502', ranges);

function open(bytes: Uint8Array): NumberHeads {
  const opened = NumberHeads.open(bytes);
  if (!opened.ok) throw new Error(headsFaultWords(opened.error));
  return opened.value;
}
/** As a reader goes through a file whose size it does not know beforehand. */
function faultOf(bytes: Uint8Array): HeadsFault | null {
  const opened = NumberHeads.open(bytes);
  if (!opened.ok) return opened.error;
  for (let from = 0; from < opened.value.rows; from += 3) {
    const fault = opened.value.check(from, 3);
    if (fault) return fault;
  }
  return null;
}
/** The file with other bytes at a place. */
function changed(at: number, ...bytes: number[]): Uint8Array {
  const copy = file.slice();
  copy.set(bytes, at);
  return copy;
}
const indexAt = new DataView(file.buffer).getInt32(4, true);
const rowAt = (row: number): number => indexAt + row * 9;

describe('a table of number heads', () => {
  it('is laid out as its readers elsewhere expect', () => {
    const text = (from: number, to: number): string | null => decodeUtf8(file.subarray(from, to));
    expect(text(0, 4)).toBe('2502');
    expect(text(8, indexAt)).toBe('浙江|杭州|310000|0571\0海南|三亚||0898\0');
    expect([...file.subarray(rowAt(5), rowAt(6))]).toEqual([
      ...[0xa0, 0x7f, 0x17, 0x00], // 1540000
      ...[8 + encodeUtf8('浙江|杭州|310000|0571\0').length, 0, 0, 0],
      1,
    ]);
    expect(file.length).toBe(rowAt(8));
  });

  it('finds every head that it has, and no other', () => {
    const heads = open(file);
    expect([heads.version, heads.rows]).toEqual(['2502', 8]);
    expect(heads.find(1_300_003)).toEqual({ province: '浙江', city: '杭州', areaCode: '0571', kind: 2 });
    expect(heads.find(1_540_000)).toEqual({ province: '海南', city: '三亚', areaCode: '0898', kind: 1 });
    expect(heads.find(1_999_999)?.kind).toBe(8);
    for (const head of [0, 1_299_999, 1_300_005, 1_539_999, 1_540_002, 2_000_000, -1, Number.NaN])
      expect(heads.find(head)).toBeNull();
    expect(faultOf(file)).toBeNull();
  });

  it('may lie anywhere in a larger piece of memory', () => {
    const around = new Uint8Array(file.length + 13).fill(0xff);
    around.set(file, 7);
    expect(open(around.subarray(7, 7 + file.length)).find(1_540_001)?.city).toBe('三亚');
  });

  it.each<[string, Uint8Array, HeadsFault]>([
    ['nothing', new Uint8Array(), { what: 'short' }],
    ['seven bytes', file.subarray(0, 7), { what: 'short' }],
    ['a zip', changed(0, 0x50, 0x4b, 3, 4), { what: 'version' }],
    ['an index in the header', changed(4, 7, 0, 0, 0), { what: 'index' }],
    ['an index behind the end', changed(4, 0, 0, 0, 0x7f), { what: 'index' }],
    ['an index before the file', changed(4, 0, 0, 0, 0xff), { what: 'index' }],
    ['a cut row', file.subarray(0, file.length - 1), { what: 'cut' }],
    ['no rows', file.subarray(0, indexAt), { what: 'empty' }],
    ['a head of six digits', changed(rowAt(0), 0x40, 0xe2, 1, 0), { what: 'head', row: 0 }],
    [
      'two rows the wrong way round',
      changed(rowAt(1), ...file.subarray(rowAt(3), rowAt(4))),
      { what: 'order', row: 2 },
    ],
    ['a head twice', changed(rowAt(4), ...file.subarray(rowAt(3), rowAt(4))), { what: 'order', row: 4 }],
    ['a record in the header', changed(rowAt(6) + 4, 4, 0, 0, 0), { what: 'record', row: 6 }],
    ['a record in the index', changed(rowAt(6) + 4, indexAt, 0, 0, 0), { what: 'record', row: 6 }],
    ['a record before the file', changed(rowAt(6) + 4, 0, 0, 0, 0x80), { what: 'record', row: 6 }],
    ['the middle of a record', changed(rowAt(6) + 4, 11, 0, 0, 0), { what: 'record', row: 6 }],
    ['a record without its end', changed(indexAt - 1, 0x41), { what: 'record', row: 5 }],
    ['GBK for UTF-8', changed(8, 0xd5, 0xe3, 0xbd, 0xad), { what: 'record', row: 0 }],
    ['three fields', changed(14, 0x41), { what: 'record', row: 0 }],
    ['markup for a place', changed(8, 0x3c, 0x69, 0x3e), { what: 'record', row: 0 }],
  ])('%s is refused in words, and asked nonetheless answers', (_what, bytes, fault) => {
    expect(faultOf(bytes)).toEqual(fault);
    expect(headsFaultWords(fault)).toMatch(/^(it|its|row \d+)\b/);
    const opened = NumberHeads.open(bytes);
    if (opened.ok) for (const { from } of ranges) expect(() => opened.value.find(from)).not.toThrow();
  });

  it('a record that goes on too long is none, and is not read to its end', () => {
    const long = writeNumberHeads('2502', [
      { ...hangzhou, from: 1_300_000, to: 1_300_000, kind: 1, city: '长'.repeat(80) },
    ]);
    expect(faultOf(long)).toEqual({ what: 'record', row: 0 });
    expect(open(long).find(1_300_000)).toBeNull();
  });

  it('whatever the bytes are, every question ends, and none throws', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      // A good file with some bytes changed, and cut anywhere: the header still holds often enough to get behind it.
      fc
        .tuple(
          fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { maxLength: 6 }),
          fc.integer({ min: 0, max: file.length }),
        )
        .map(([changes, length]) => {
          const copy = file.slice();
          for (const [at, byte] of changes) copy[at] = byte;
          return copy.subarray(0, length > file.length / 2 ? file.length - 9 * (file.length - length) : length);
        }),
    );
    fc.assert(
      fc.property(anything, fc.integer(), (bytes, head) => {
        const fault = faultOf(bytes);
        const opened = NumberHeads.open(bytes);
        if (!opened.ok) {
          expect(fault).toEqual(opened.error);
          return;
        }
        for (const asked of [head, 1_300_000, 1_540_001, 1_999_999]) {
          const found = opened.value.find(asked);
          if (found) expect(found.province).toMatch(/\S/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('whatever is written is found, and nothing between', () => {
    const somewhere = fc.record({
      gap: fc.integer({ min: 1, max: 300 }),
      count: fc.integer({ min: 1, max: 40 }),
      place: fc.constantFrom(hangzhou, sanya, { province: '内蒙古', city: '', postcode: '', areaCode: '' }),
      kind: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(fc.array(somewhere, { minLength: 1, maxLength: 30 }), (some) => {
        let head = 1_300_000;
        const written = some.map(({ gap, count, place, kind }) => {
          const from = head + gap;
          head = from + count - 1;
          return { from, to: head, ...place, kind };
        });
        const bytes = writeNumberHeads('TEST', written);
        expect(faultOf(bytes)).toBeNull();
        const heads = open(bytes);
        for (let asked = 1_300_000; asked <= head + 1; asked += 1) {
          const range = written.find(({ from, to }) => from <= asked && asked <= to);
          const { province, city, areaCode, kind } = range ?? {};
          expect(heads.find(asked)).toEqual(range ? { province, city, areaCode, kind } : null);
        }
      }),
      { numRuns: 50 },
    );
  });
});
