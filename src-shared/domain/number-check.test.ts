import { describe, expect, it } from 'vitest';
import { checkable, checkHolds, forOldDesks, knownCheck, stateOf, vendorFamilies, vendorWord } from './number-check.ts';
import { numberChecks, oldestNumberChecks } from './vocabulary.ts';

const dayMs = 86_400_000;
const sample = '+8615400000137';
/** An operator's own. */
const other = '+8613800138000';

describe('what vendors say', () => {
  it('is read by the family that they belong to: the same code means other things elsewhere', () => {
    expect([stateOf('batch-6', '1'), stateOf('batch-5', '1'), stateOf('realtime-12', '1')]).toEqual(['valid', 'valid', 'valid']); // prettier-ignore
    expect([stateOf('batch-6', '2'), stateOf('batch-5', '2'), stateOf('realtime-12', '2')]).toEqual(['suspended', 'empty', 'empty']); // prettier-ignore
    expect([stateOf('batch-6', '0'), stateOf('realtime-12', '4'), stateOf('aliyun-status', 'POWER_OFF')]).toEqual(['empty', 'switched-off', 'switched-off']); // prettier-ignore
  });

  it('库无 is 未知, never 空号, and so is what is only suspected and what is not in the tables', () => {
    expect([stateOf('batch-6', '3'), vendorWord('batch-6', '3')]).toEqual(['unknown', '库无']);
    expect(stateOf('aliyun-empty', 'SUSPECT_EMPTY')).toBe('unknown');
    expect([stateOf('batch-6', '77'), vendorWord('batch-6', '77')]).toEqual(['unknown', null]);
    expect([stateOf('batch-6', 'toString'), vendorWord('constructor', '1')]).toEqual(['unknown', null]);
  });

  it('never says what only we can see', () => {
    const said = Object.values(vendorFamilies).flatMap((words) => Object.values(words).map(({ state }) => state));
    expect(said).not.toContain('unchecked');
    expect(said).not.toContain('malformed');
  });
});

describe('who can be asked', () => {
  it('of what is no number nobody; of landlines, service numbers and foreign ones these services know nothing', () => {
    expect([checkable('12', 'vendor'), checkable('abc', 'local')]).toEqual(['malformed', 'malformed']);
    for (const number of ['+8657188880000', '95588', '+12025550123', '110'])
      expect(checkable(number, 'vendor'), number).toBe('unsupported');
  });
  it('real services are not paid for sample numbers, and nothing is invented of real ones', () => {
    expect([checkable(sample, 'vendor'), checkable(sample, 'simulated')]).toEqual(['unsupported', 'yes']);
    expect([checkable(other, 'vendor'), checkable(other, 'simulated')]).toEqual(['yes', 'unsupported']);
  });
});

it('a finding holds as long as its kind does: a phone that is off for a day, a number for a month, a malformed one for good', () => {
  expect([checkHolds('valid', 0, 29 * dayMs), checkHolds('valid', 0, 30 * dayMs)]).toEqual([true, false]);
  expect([checkHolds('switched-off', 0, dayMs - 1), checkHolds('switched-off', 0, dayMs)]).toEqual([true, false]);
  expect([checkHolds('malformed', 0, 1000 * dayMs), checkHolds('unchecked', 0, 0)]).toEqual([true, false]);
});

it('desks of before are told in their own words, and words of a newer cloud are 未知', () => {
  expect(oldestNumberChecks.map(forOldDesks)).toEqual([...oldestNumberChecks]);
  expect([forOldDesks('unknown'), forOldDesks('malformed')]).toEqual(['unchecked', 'unchecked']);
  expect(numberChecks.map(knownCheck)).toEqual([...numberChecks]);
  expect(knownCheck('ported')).toBe('unknown');
});
