import { describe, expect, it } from 'vitest';
import { dayFigures } from './day-words.ts';

const today = { dials: 40, connects: 10, talkMs: 600_000, interested: 2 };
const usual = { dials: 30, connects: 12, talkMs: 610_000, interested: 2, rate: 0.4, days: 7 };
const stands = (figures: Parameters<typeof dayFigures>[0]) => Object.fromEntries(dayFigures(figures).map(({ key, stands: how }) => [key, how])); // prettier-ignore

describe('figures of a day', () => {
  it('stand beside those of a usual day, as far as one sees a difference', () => {
    expect(stands({ today, usual })).toEqual({ dials: 'more', connects: 'less', rate: 'less', talk: 'same', interested: 'same' }); // prettier-ignore
    expect(stands({ today: { ...today, talkMs: 700_000 }, usual })).toMatchObject({ talk: 'more' });
    expect(stands({ today, usual: { ...usual, rate: 0.252 } })).toMatchObject({ rate: 'same' });
  });

  it('have no rate before the first dial, and nothing beside them without usual days', () => {
    const none = { dials: 0, connects: 0, talkMs: 0, interested: 0 };
    expect(dayFigures({ today: none, usual })[2]).toEqual({ key: 'rate', value: null, usual: 0.4, stands: null });
    expect(dayFigures({ today, usual: null }).every(({ stands: how, usual: other }) => how === null && other === null)).toBe(true); // prettier-ignore
  });
});
