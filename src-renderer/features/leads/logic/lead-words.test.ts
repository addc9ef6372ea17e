import { describe, expect, it } from 'vitest';
import { claimedWords, daysToRecycle, dialAdvice, formatCapital, nextSort } from './lead-words.ts';

describe('注册资本', () => {
  it.each([
    [null, '—'],
    [50_000_000, '50 万'],
    [3_200_000_000, '3,200 万'],
    [12_000_000_000, '1.2 亿'],
    [1_000_000, '1 万'],
    [0, '0 万'],
  ])('%s fen is %s', (fen, text) => {
    expect(formatCapital(fen, 'zh-CN')).toBe(text);
  });

  it('speaks English too', () => {
    expect(formatCapital(500_000_000, 'en')).toBe('¥5 M');
  });
});

describe('sorting by header', () => {
  it('goes natural, turned, off', () => {
    const start = { sort: 'newest', descending: true } as const;
    const first = nextSort(start, 'capital');
    const second = nextSort(first, 'capital');
    expect([first, second, nextSort(second, 'capital')]).toEqual([
      { sort: 'capital', descending: true },
      { sort: 'capital', descending: false },
      start,
    ]);
    expect(nextSort(first, 'name')).toEqual({ sort: 'name', descending: false });
  });
});

describe('what came of claiming a list', () => {
  const t = (key: string, named: Record<string, unknown>): string => `${key} ${JSON.stringify(named)}`;
  it('says how many are left where there were fewer than asked for', () => {
    expect(claimedWords(5, 5, t)).toContain('leads.claim.done {"count":5');
    expect(claimedWords(2, 5, t)).toBe('leads.claim.fewer {"count":2,"left":3}');
  });
});

describe('the dial button of a lead', () => {
  it('is dimmed for dead numbers and gone without one', () => {
    expect(dialAdvice({ phone: null, numberCheck: 'valid' })).toBe('none');
    expect(dialAdvice({ phone: '+8615400000137', numberCheck: 'empty' })).toBe('doubtful');
    expect(dialAdvice({ phone: '+8615400000137', numberCheck: 'risky' })).toBe('dial');
  });
});

describe('when a lead goes back to the pool', () => {
  it('is said in midnights: tonight, or in so many days', () => {
    const now = Date.UTC(2026, 10, 23, 4);
    const tonight = now + 12 * 3_600_000;
    const at = (nights: number): number => tonight + (nights - 1) * 86_400_000;
    expect([at(3), at(1), now, now - 5].map((one) => daysToRecycle(one, now))).toEqual([3, 1, 0, 0]);
  });
});
