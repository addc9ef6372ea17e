import { expect, it } from 'vitest';
import { readCallerId } from './caller-id.ts';

it.each([
  ['15400000001', '15400000001'],
  [' +86 154-0000-0001 ', '+8615400000001'],
  ['（010）１２３４', '0101234'],
  ['8001', '8001'],
])('%s is sent as %s', (typed, meant) => expect(readCallerId(typed)).toBe(meant));

it.each(['', '1', 'sales', '8001@pbx', '154>;x=1', '1'.repeat(21)])('%o is no number', (typed) =>
  expect(readCallerId(typed)).toBeNull(),
);
