import type { SnippetWords } from '#shared/domain/snippet.ts';
import { asBefore, byteOrderMark, parseCsv, withoutFormula, writeCsv } from '#shared/base/csv.ts';

/** A row of an imported file. `line`: the row of the sheet, as a spreadsheet counts. */
export interface FileRow extends SnippetWords {
  readonly line: number;
}

/** Bytes of a file as text: UTF-8 with or without its mark, else GB18030, which Chinese spreadsheets write. */
export function decodeFile(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

const headings = { category: /^(分组|group)$/i, title: /^(标题|title)$/i, text: /^(内容|text)$/i } as const;
const fields = ['category', 'title', 'text'] as const;

/** Rows of a sheet with the columns 分组, 标题, 内容, in any order where the first row names them. Empty rows are none. */
export function readSnippetFile(text: string): FileRow[] {
  const rows = parseCsv(text).map((cells, at) => ({ line: at + 1, cells: cells.map((cell) => asBefore(cell).trim()) }));
  const head = rows[0]?.cells ?? [];
  const places = fields.map((field) => head.findIndex((cell) => headings[field].test(cell)));
  const named = places[1] !== -1 && places[2] !== -1;
  const [category = 0, title = 1, words = 2] = named ? places : [];
  return rows
    .slice(named ? 1 : 0)
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
    .map(({ line, cells }) => ({
      line,
      category: cells[category] ?? '',
      title: cells[title] ?? '',
      text: cells[words] ?? '',
    }));
}

/** A file with the mark of UTF-8, without which spreadsheets take it for something else; none of its cells is a formula. */
export const writeSnippetFile = (snippets: readonly SnippetWords[]): string =>
  `${byteOrderMark}${writeCsv([['分组', '标题', '内容'], ...snippets.map(({ category, title, text }) => [category, title, text].map(withoutFormula))])}`;
