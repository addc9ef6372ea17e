import { describe, expect, it } from 'vitest';
import { decodeFile, readSnippetFile, writeSnippetFile } from './snippet-file.ts';

const row = { category: '开场', title: '问候', text: '您好,\n"{客户姓名}"' };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a file of snippets', () => {
  it('comes back as it was written', () => {
    const text = writeSnippetFile([row, { ...row, category: '' }]);
    expect(bytes(text).slice(0, 3)).toEqual(Uint8Array.of(0xef, 0xbb, 0xbf));
    expect(readSnippetFile(decodeFile(bytes(text)))).toEqual([
      { line: 2, ...row },
      { line: 3, ...row, category: '' },
    ]);
  });

  it('runs nothing in a spreadsheet, and comes back as it was', () => {
    const formula = { ...row, text: '=HYPERLINK("http://127.0.0.1/")', title: '+1 优惠' };
    const text = writeSnippetFile([formula]);
    expect(text).toContain(`'+1 优惠,"'=HYPERLINK`);
    expect(readSnippetFile(text)).toEqual([{ line: 2, ...formula }]);
  });

  it('is read in UTF-8 without a mark, and in GB18030', () => {
    // 报价,您好
    const gb = Uint8Array.of(0xb1, 0xa8, 0xbc, 0xdb, 0x2c, 0xc4, 0xfa, 0xba, 0xc3);
    expect(decodeFile(gb)).toBe('报价,您好');
    expect(decodeFile(bytes('报价,您好'))).toBe('报价,您好');
  });

  it('has its columns by name in any order, or in ours without names; empty rows are none', () => {
    expect(readSnippetFile('内容,标题\n您好,问候\n,\n')).toEqual([
      { line: 2, category: '', title: '问候', text: '您好' },
    ]);
    expect(readSnippetFile('开场, 问候 ,您好\n\n坏')).toEqual([
      { line: 1, category: '开场', title: '问候', text: '您好' },
      { line: 3, category: '坏', title: '', text: '' },
    ]);
  });
});
