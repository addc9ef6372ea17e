import { expect, it } from 'vitest';
import type { ImportPlan } from '#shared/desk-contract/areas/imports.ts';
import { choicesAfter } from './choices.ts';

const plan: ImportPlan = {
  ...{ sheet: 0, encoding: 'utf-8', headRow: 2 },
  ...{ mapping: ['companyName', 'phone'], keys: ['phone'], rule: 'fill' },
};

it('another sheet, row of headings or encoding has its columns found out, and what becomes of doubles stays', () => {
  const whichever = { sheet: 0, encoding: 'utf-8', keys: ['phone'], rule: 'fill' };
  expect(choicesAfter(plan, { sheet: 1 })).toEqual({ ...whichever, sheet: 1 });
  expect(choicesAfter(plan, { encoding: 'gb18030' })).toEqual({ ...whichever, encoding: 'gb18030' });
  expect(choicesAfter(plan, { headRow: 0 })).toEqual({ ...whichever, headRow: 0 });
});

it('any other change keeps all of it', () => {
  expect(choicesAfter(plan, { rule: 'skip' })).toEqual({ ...plan, rule: 'skip' });
  expect(choicesAfter(plan, { mapping: [null, null] })).toEqual({ ...plan, mapping: [null, null] });
});
