import { describe, expect, it } from 'vitest';
import { formatAgo, formatDuration, formatExact, formatUpcoming } from './format.ts';

const at = (text: string): number => new Date(text).getTime();

describe('times as people say them', () => {
  const now = at('2026-03-18T09:30:00');

  it.each([
    ['2026-03-18T09:29:30', '刚刚'],
    ['2026-03-18T09:27:00', '3 分钟前'],
    ['2026-03-18T08:05:00', '今天 08:05'],
    ['2026-03-18T10:05:00', '今天 10:05'],
    ['2026-03-17T14:05:00', '昨天 14:05'],
    ['2026-03-17T23:59:59', '昨天 23:59'],
    ['2026-03-16T10:00:00', '03-16 10:00'],
    ['2025-12-31T10:00:00', '2025-12-31'],
  ])('%s reads %s', (moment, said) => {
    expect(formatAgo(at(moment), now, 'zh-CN')).toBe(said);
  });

  it('speaks English too', () => {
    expect(formatAgo(at('2026-03-17T14:05:00'), now, 'en')).toBe('yesterday 14:05');
  });

  it.each([
    ['2026-03-18T09:34:01', '09:35'],
    ['2026-03-18T09:35:00', '09:35'],
    ['2026-03-18T23:59:30', '明天 00:00'],
    ['2026-03-20T08:00:00', '03-20 08:00'],
  ])('%s, still to come, reads %s', (moment, said) => {
    expect(formatUpcoming(at(moment), now, 'zh-CN')).toBe(said);
  });

  it('is exact on hover', () => {
    expect(formatExact(at('2026-03-18T08:05:09'))).toBe('2026-03-18 08:05:09');
  });
});

describe('durations', () => {
  it.each([
    [0, '0:00'],
    [7999, '0:07'],
    [65_000, '1:05'],
    [3_723_000, '1:02:03'],
    [-5, '0:00'],
    [NaN, '0:00'],
  ])('%d ms reads %s', (ms, said) => {
    expect(formatDuration(ms)).toBe(said);
  });
});
