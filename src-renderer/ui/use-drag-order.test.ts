import { expect, it } from 'vitest';
import { putBeside } from './use-drag-order.ts';

it('puts a row above or below another, from either side', () => {
  const ids = ['a', 'b', 'c', 'd'];
  expect(putBeside(ids, 'a', 'c', false)).toEqual(['b', 'a', 'c', 'd']);
  expect(putBeside(ids, 'a', 'c', true)).toEqual(['b', 'c', 'a', 'd']);
  expect(putBeside(ids, 'd', 'a', false)).toEqual(['d', 'a', 'b', 'c']);
  expect(putBeside(ids, 'b', 'd', true)).toEqual(['a', 'c', 'd', 'b']);
  expect(putBeside(ids, 'b', 'a', true)).toEqual(ids);
});
