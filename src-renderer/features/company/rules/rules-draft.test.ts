import { describe, expect, it } from 'vitest';
import { defaultCallRules, everyDay } from '#shared/domain/call-rules.ts';
import { draftOfRules, readBounded, readRules, timeOptions } from './rules-draft.ts';

describe('the draft of call rules', () => {
  const draft = draftOfRules(defaultCallRules);

  it('says what it was made of, and what was typed into it', () => {
    expect(readRules(draft)).toEqual(defaultCallRules);
    const typed = { ...draft, gapMinutes: ' 30 ', dialsPerNumber: '2', record: false };
    expect(readRules(typed)).toEqual({ ...defaultCallRules, gapMinutes: 30, dialsPerNumber: 2, record: false });
  });

  it('is not ready while a number is none or out of bounds, or a day has no minute', () => {
    for (const typed of ['', 'x', '1.5', '-1', '6', '0'])
      expect([typed, readBounded('dialsPerNumber', typed)]).toEqual([typed, null]);
    expect(readBounded('gapMinutes', '1440')).toBe(1440);
    expect(readRules({ ...draft, gapMinutes: '1441' })).toBeNull();
    expect(readRules({ ...draft, week: everyDay(null).with(3, { startMinute: 540, endMinute: 540 }) })).toBeNull();
  });

  it('offers half hours, and the time that is there already', () => {
    const ends = timeOptions(1265, 30).map(({ label }) => label);
    expect([ends[0], ends.at(-1), ends.length]).toEqual(['00:30', '24:00', 49]);
    expect(ends.slice(41, 44)).toEqual(['21:00', '21:05', '21:30']);
    expect(timeOptions(480, 0).map(({ label }) => label)).toHaveLength(48);
  });
});
