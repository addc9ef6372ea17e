import { describe, expect, it } from 'vitest';
import {
  builtInOutcomes,
  choiceFor,
  choiceOf,
  gapsOf,
  setFault,
  type CallSoFar,
  type OutcomeChoice,
  type OutcomeSet,
} from './outcome-set.ts';

const [a, b, c] = ['a', 'b', 'c'];
const one = (id: string, change: Partial<OutcomeChoice> = {}): OutcomeChoice => ({
  ...{ id, name: id, meaning: 'interested', active: true, requires: [] },
  ...change,
});
const setOf = (outcomes: readonly OutcomeChoice[], mustChoose = false): OutcomeSet => ({ mustChoose, outcomes });
const talked: CallSoFar = { outcome: 'interested', outcomeId: a, talked: true, note: '', customer: null };
const follows = { planned: false, staged: false };

describe('what a call lacks', () => {
  it('is nothing with the outcomes of the product, chosen or not', () => {
    expect(gapsOf(builtInOutcomes, { ...talked, outcome: null, outcomeId: null })).toEqual([]);
    for (const { meaning } of builtInOutcomes.outcomes)
      expect(gapsOf(builtInOutcomes, { ...talked, outcome: meaning, outcomeId: null, customer: follows })).toEqual([]);
  });

  it('is what its outcome requires and is not there, in the order in which it is filled in', () => {
    const set = setOf([one(a, { requires: ['stage', 'follow-up', 'note'] }), one(b)]);
    expect(gapsOf(set, { ...talked, customer: follows })).toEqual(['note', 'follow-up', 'stage']);
    expect(gapsOf(set, { ...talked, note: ' \n', customer: { planned: true, staged: false } })).toEqual([
      'note',
      'stage',
    ]);
    expect(gapsOf(set, { ...talked, note: '下周', customer: { planned: true, staged: true } })).toEqual([]);
    expect(gapsOf(set, { ...talked, outcomeId: b, customer: follows })).toEqual([]);
  });

  it('is nothing of a customer whom the person does not follow', () => {
    const set = setOf([one(a, { requires: ['follow-up', 'stage'] })]);
    expect(gapsOf(set, talked)).toEqual([]);
  });

  it('is an outcome, where the company says so and somebody was talked to', () => {
    const none = { ...talked, outcome: null, outcomeId: null };
    expect(gapsOf(setOf([one(a)], true), none)).toEqual(['outcome']);
    expect(gapsOf(setOf([one(a)], true), { ...none, talked: false })).toEqual([]);
    expect(gapsOf(setOf([one(a)], false), none)).toEqual([]);
  });
});

describe('which outcome a call has', () => {
  const set = setOf([one(a, { active: false }), one(b), one(c, { meaning: 'no-need' })]);

  it('is told by its id as long as the meaning is the same: a desk of before leaves an old id beside another meaning', () => {
    expect(choiceOf(set, { outcome: 'interested', outcomeId: a })?.name).toBe(a);
    expect(choiceOf(set, { outcome: 'no-need', outcomeId: a })).toBeNull();
    expect(choiceOf(set, { outcome: null, outcomeId: a })).toBeNull();
    expect(choiceOf(set, { outcome: 'interested', outcomeId: null })).toBeNull();
  });

  it('is the first active one of a meaning, for who says no more than that', () => {
    expect(choiceFor(set, 'interested')?.id).toBe(b);
    expect(choiceFor(set, 'do-not-call')).toBeNull();
  });
});

describe('a set', () => {
  it.each([
    ['the same again, in another order', [one(b), one(a)], null],
    ['one retired and one more', [one(a, { active: false }), one(b), one(c)], null],
    [
      'a retired one and an active one by one name',
      [one(a, { active: false, name: 'x' }), one(b, { name: 'x' })],
      null,
    ],
    ['one that is gone', [one(a)], 'gone'],
    ['one that means something else', [one(a), one(b, { meaning: 'no-need' })], 'other-meaning'],
    ['two by one name', [one(a, { name: 'x' }), one(b, { name: 'x ' })], 'same-name'],
    ['one twice', [one(a), one(a, { name: 'y' }), one(b)], 'same-name'],
    ['nothing to choose', [one(a, { active: false }), one(b, { active: false })], 'none-active'],
    [
      'more than anybody finds one in',
      [one(a), one(b), ...Array.from({ length: 19 }, (_, n) => one(`m${n}`))],
      'too-many',
    ],
  ] as const)('%s: %o', (_what, now, fault) => {
    expect(setFault([one(a), one(b)], now)).toBe(fault);
  });
});
