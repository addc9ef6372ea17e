import { describe, expect, it } from 'vitest';
import { parseRange } from './byte-range.ts';

describe('parseRange', () => {
  it.each([
    ['bytes=0-99', { start: 0, end: 99 }],
    ['bytes=100-', { start: 100 }],
    ['bytes=-500', { end: 500 }],
    [' bytes=7-7 ', { start: 7, end: 7 }],
  ])('reads %s', (header, range) => expect(parseRange(header)).toEqual(range));

  it.each([null, undefined, '', 'bytes=', 'bytes=-', 'bytes=9-1', 'bytes=0-1,3-4', 'items=0-1', 'bytes=a-b'])(
    'ignores %s',
    (header) => expect(parseRange(header)).toBeUndefined(),
  );
});
