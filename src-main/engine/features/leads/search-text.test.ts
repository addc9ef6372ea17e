import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bigramsOf, normalise, parseSearch, reversedDigits, searchText } from './search-text.ts';

describe('search text', () => {
  it('cuts names into pairs, each once, and never across company and contact', () => {
    expect(bigramsOf(searchText('深圳科技', '王芳'))).toEqual(['6df1z5733', '5733z79d1', '79d1z6280', '738bz82b3']);
    expect(bigramsOf('aaaa')).toEqual(['61z61']);
    expect(bigramsOf('𠮷野家')).toEqual(['20bb7z91ce', '91cez5bb6']);
    expect(bigramsOf('王')).toEqual([]);
  });

  it('sees through width, case and blanks', () => {
    expect(normalise('ＡＢＣ（深圳） 科技')).toBe('abc(深圳)科技');
  });

  it('tells names from numbers', () => {
    expect(parseSearch('  ')).toEqual({ kind: 'none' });
    expect(parseSearch('王')).toMatchObject({ kind: 'first', from: '王' });
    expect(parseSearch('科技')).toEqual({ kind: 'text', needle: '科技', match: '79d1z6280' });
    expect(parseSearch('深圳科')).toMatchObject({ kind: 'text', match: '6df1z5733 AND 5733z79d1' });
    expect(parseSearch('137')).toMatchObject({ kind: 'text' });
    expect(parseSearch('0137')).toMatchObject({ kind: 'digits', from: '7310' });
    expect(parseSearch('+86 154-0000 0137')).toMatchObject({ kind: 'digits', from: '7310000045168' });
  });

  it('has no number for what has no digits', () => {
    expect(reversedDigits(null)).toBeNull();
    expect(reversedDigits('n/a')).toBeNull();
    expect(reversedDigits('+8615400000137')).toBe('7310000045168');
  });

  it('finds every part of two or more characters among the pairs of the whole', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 2 }), fc.nat(), fc.nat(), (name, a, b) => {
        const characters = Array.from(normalise(name));
        const start = a % Math.max(1, characters.length);
        const part = characters.slice(start, start + 2 + (b % 5)).join('');
        const whole = new Set(bigramsOf(normalise(name)));
        expect(bigramsOf(part).every((bigram) => whole.has(bigram))).toBe(true);
      }),
    );
  });
});
