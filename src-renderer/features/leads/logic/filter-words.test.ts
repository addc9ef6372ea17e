import { describe, expect, it } from 'vitest';
import { filterWords, readWan, writeWan } from './filter-words.ts';
import { noFilters } from './lead-views.ts';

const t = (key: string, values: Record<string, unknown> = {}): string => [key.replace('leads.', ''), ...Object.values(values)].join(' '); // prettier-ignore

describe('what a chip says', () => {
  it.each([
    [{ called: false }, 'called', 'view.never-called'],
    [{ hasPhone: true }, 'hasPhone', 'filter.withPhone'],
    [{ regions: ['深圳', ''] }, 'regions', 'filter.chip column.region 深圳words.listComma' + 'filter.none'],
    [
      { owners: ['p1', '', 'p2'] },
      'owners',
      'filter.chip column.owner 周敏words.listCommafilter.nobodywords.listCommafilter.unnamed',
    ],
    [{ capitalFrom: 100_000_000 }, 'capitalFrom', 'filter.chip column.capital filter.from 100 万'],
    [
      { capitalFrom: 0, capitalBelow: 1_000_000_000_000 },
      'capitalFrom',
      'filter.chip column.capital filter.between 0 万 100 亿',
    ],
  ] as const)('%o', (some, key, words) => {
    expect(filterWords({ ...noFilters, ...(some as object) }, key, t, 'zh-CN', new Map([['p1', '周敏']]))).toBe(words);
  });
});

describe('万元', () => {
  it('are read and written', () => {
    expect(['100', ' 0.5 ', '', 'x', '-1', '1e3'].map(readWan)).toEqual([100_000_000, 500_000, null, null, null, null]);
    expect([writeWan(readWan('0.5')), writeWan(null)]).toEqual(['0.5', '']);
  });
});
