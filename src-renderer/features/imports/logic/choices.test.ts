import { expect, it } from 'vitest';
import { choicesAfter } from './choices.ts';

it('another sheet, row of headings or encoding has its columns found out, and what becomes of doubles stays', () => {
  const chosen = { headRow: 2, mapping: ['companyName'], rule: 'fill' } as const;
  const before = { ...chosen, mapping: [...chosen.mapping] };
  expect(choicesAfter(before, { sheet: 1 })).toEqual({ rule: 'fill', sheet: 1 });
  expect(choicesAfter(before, { encoding: 'gb18030' })).toEqual({ rule: 'fill', encoding: 'gb18030' });
  expect(choicesAfter({ ...before, sheet: 1 }, { headRow: 0 })).toEqual({ rule: 'fill', sheet: 1, headRow: 0 });
});

it('any other change keeps what was chosen, and chooses nothing that was found out', () => {
  expect(choicesAfter({}, { rule: 'skip' })).toEqual({ rule: 'skip' });
  expect(choicesAfter({ sheet: 1, rule: 'skip' }, { mapping: [null] })).toEqual({ sheet: 1, rule: 'skip', mapping: [null] }); // prettier-ignore
});
