import { PinyinQuery } from '../../search/pinyin.ts';

/** Letters are looked for this far into a text: in a long one two of them are everywhere. */
const readAsPinyin = 200;

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s/gu, '');

/** Is `typed` a part of it, as it is written, in pinyin or by its first letters? Width, case and blanks are nothing; nothing typed is in all. */
export function snippetFinder(typed: string): (words: { category: string; title: string; text: string }) => boolean {
  const needle = plain(typed);
  const pinyin = PinyinQuery.of(needle);
  return ({ category, title, text }) => {
    const written = [category, title, text].map(plain);
    if (written.some((part) => part.includes(needle))) return true;
    if (!pinyin) return false;
    const lines = written.map((part) => part.slice(0, readAsPinyin)).join('\n');
    const units = Uint16Array.from(lines, (_, at) => lines.charCodeAt(at));
    return pinyin.isIn(units, 0, units.length);
  };
}
