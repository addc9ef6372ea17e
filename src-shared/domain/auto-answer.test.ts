import { expect, it } from 'vitest';
import { answersItself } from './auto-answer.ts';

const wanted = { rule: 'asked', asked: true, inCall: false, onBreak: false } as const;

it('a call is taken by nobody’s hand where all agree', () => expect(answersItself(wanted)).toBe(true));

it.each([
  ['the rule is off', { rule: 'off' }],
  ['nobody asks for it', { asked: false }],
  ['another call is up', { inCall: true }],
  ['the person is on a break', { onBreak: true }],
] as const)('… and rings when %s', (_why, change) => expect(answersItself({ ...wanted, ...change })).toBe(false));
