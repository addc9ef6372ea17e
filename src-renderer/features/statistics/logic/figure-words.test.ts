import { describe, expect, it } from 'vitest';
import { cardName, connectRate, percent } from './figure-words.ts';

describe('words of figures', () => {
  it('are shares of what there was, and a dash of nothing', () => {
    expect([percent(1, 3), percent(0, 5), percent(0, 0), connectRate({ connects: 2, dials: 3 })]).toEqual(['33%', '0%', '—', '67%']); // prettier-ignore
  });

  it('are a card by its person, slot, operator and the end of its number, as far as they are known', () => {
    const t = (key: string, named: Record<string, unknown>): string => [key, ...Object.values(named)].join(' ').trim();
    expect([
      cardName({ slot: 2, operator: '移动', cardEnd: '1234' }, '陈晓', t),
      cardName({ slot: 2, operator: null, cardEnd: null }, null, t),
    ]).toEqual(['陈晓 · statistics.card 2 移动 · statistics.cardEnd 1234', 'statistics.card 2']);
  });
});
