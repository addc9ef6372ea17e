import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvReader, parseCsv, writeCsv } from './csv.ts';

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

  it('in pieces is read as a whole one, wherever they end', () => {
    const text = fc.string({ unit: fc.constantFrom('"', ';', '\n', '\r', 'a', '话', ' '), maxLength: 30 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 6 }), (pieces) => {
        const rows: string[][] = [];
        const reader = new CsvReader(';', (row) => rows.push(row));
        for (const piece of pieces) reader.write(piece);
        reader.end();
        expect(rows).toEqual(signBySign(pieces.join(''), ';'));
        expect(parseCsv(pieces.join(''), ';')).toEqual(rows);
      }),
      { numRuns: 2000 },
    );
  });
});

/** The rules once more, a sign at a time with a look at the next. */
function signBySign(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let [row, cell, quoted] = [[] as string[], '', false];
  const endRow = (): void => {
    rows.push([...row, cell]);
    [row, cell] = [[], ''];
  };
  for (let at = 0; at < text.length; at += 1) {
    const [sign = '', next] = [text[at], text[at + 1]];
    if (quoted && sign !== '"') cell += sign;
    else if (quoted && next === '"') [cell, at] = [`${cell}"`, at + 1];
    else if (quoted) quoted = false;
    else if (sign === '"' && cell === '') quoted = true;
    else if (sign === separator) [row, cell] = [[...row, cell], ''];
    else if (sign === '\n' || (sign === '\r' && next !== '\n')) endRow();
    else if (sign !== '\r') cell += sign;
  }
  if (cell !== '' || row.length > 0) endRow();
  return rows;
}
