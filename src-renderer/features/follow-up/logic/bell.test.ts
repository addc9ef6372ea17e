import { describe, expect, it } from 'vitest';
import type { DueFollowUp, DueFollowUps } from '#shared/desk-contract/areas/leads.ts';
import { Bell } from './bell.ts';

const one = (leadId: string): DueFollowUp => ({ leadId, companyName: leadId, contactName: null, phone: null, at: 1, note: null }); // prettier-ignore
const told = (rings: string | null, ...ids: string[]): DueFollowUps => ({
  due: ids.map(one),
  count: ids.length,
  rings,
});

describe('the bell of reminders', () => {
  it('rings at once for what becomes due, and for nothing else', () => {
    const bell = new Bell();
    expect(bell.told(told('a', 'b', 'a'), false)?.leadId).toBe('a');
    expect(bell.told(told(null, 'b', 'a'), false)).toBeNull();
    expect(bell.hungUp(told(null, 'b', 'a').due)).toBeNull();
  });

  it('is silent on the line, and rings once behind it for the last that came', () => {
    const bell = new Bell();
    expect(bell.told(told('a', 'a'), true)).toBeNull();
    expect(bell.told(told('b', 'b', 'a'), true)).toBeNull();
    expect(bell.told(told(null, 'b', 'a'), true)).toBeNull();
    expect(bell.hungUp(told(null, 'b', 'a').due)?.leadId).toBe('b');
    expect(bell.hungUp(told(null, 'b', 'a').due)).toBeNull();
  });

  it('does not ring for what was dealt with meanwhile, or rang between two calls', () => {
    const bell = new Bell();
    bell.told(told('a', 'a'), true);
    expect(bell.hungUp([])).toBeNull();
    bell.told(told('a', 'a'), true);
    expect(bell.told(told('b', 'b', 'a'), false)?.leadId).toBe('b');
    expect(bell.hungUp(told(null, 'b', 'a').due)).toBeNull();
  });
});
