import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv, writeCsv } from './csv.ts';

describe('CSV', () => {
  it.each([
    [
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['a\nb\rc', [['a'], ['b'], ['c']]],
    ['"一,二","他说""好""","两\r\n行"', [['一,二', '他说"好"', '两\r\n行']]],
    ['a,,\n', [['a', '', '']]],
    ['5" 屏,b', [['5" 屏', 'b']]],
    ['"没有结束,\n', [['没有结束,\n']]],
    ['', []],
  ])('%j is read as its cells', (text, rows) => {
    expect(parseCsv(text)).toEqual(rows);
  });

  it('that was written is read as it was', () => {
    const cell = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', '话', ' ') });
    const rows = fc.array(fc.tuple(cell, cell, cell));
    fc.assert(
      fc.property(rows, (cells) => {
        expect(parseCsv(writeCsv(cells))).toEqual(cells);
      }),
    );
  });
});
