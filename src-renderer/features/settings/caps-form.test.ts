import { describe, expect, it } from 'vitest';
import { capsOfKind, defaultCaps } from '#shared/domain/sim-caps.ts';
import { draftOfCaps, readCap, readCaps } from './caps-form.ts';

describe('the form of caps', () => {
  it('reads back what it shows', () => {
    for (const caps of [defaultCaps, capsOfKind.telesales]) expect(readCaps(draftOfCaps(caps))).toEqual(caps);
  });
  it('takes whole numbers within the bounds, in any width', () => {
    expect(readCap('perHour', ' ２５ ')).toBe(25);
    expect(readCap('perHour', '0')).toBeNull();
    expect(readCap('talkMinutesPerDay', '0')).toBe(0);
    for (const typed of ['', '601', '2.5', '-1', '1e2', 'x', '999999999']) expect(readCap('perHour', typed)).toBeNull();
  });
  it('is no caps while one field is wrong', () => {
    expect(readCaps({ ...draftOfCaps(defaultCaps), gapSeconds: '3601' })).toBeNull();
  });
});
