import { expect, it } from 'vitest';
import { isStorable } from './storable.ts';

it.each([
  ['text', true, '客户 👩‍👩‍👧 \r\n \uffff'],
  ['all sorts of values', true, { a: [1, null, true, { b: ['x'] }] }],
  ['U+0000', false, 'a\u0000b'],
  ['half a character', false, { a: [{ b: '\ud83d' }] }],
  ['the other half', false, ['\udc00x']],
  ['a key', false, { a: { 'b\u0000': 1 } }],
])('%s: %s', (_, storable, value) => {
  expect(isStorable(value)).toBe(storable);
});

it('follows what is nested as deep as anybody likes', () => {
  const deep = JSON.parse('['.repeat(1_000) + '"\\u0000"' + ']'.repeat(1_000)) as unknown;
  let deeper: unknown = deep;
  for (let level = 0; level < 100_000; level += 1) deeper = [deeper];
  expect([isStorable(deeper), isStorable(new Array(300_000).fill('x'))]).toEqual([false, true]);
});
