import { describe, expect, it } from 'vitest';
import { callResult, causesOf } from './call-record.ts';
import { callResults, endCauses } from './vocabulary.ts';

describe('callResult', () => {
  it('calls every answered call connected', () => {
    for (const cause of endCauses) expect(callResult(cause, true)).toBe('connected');
  });
  it('sorts every unanswered cause into exactly one result, and the query inverse agrees', () => {
    for (const cause of endCauses)
      expect(callResults.filter((result) => causesOf(result).includes(cause))).toEqual([callResult(cause, false)]);
    expect(causesOf('connected')).toEqual([]);
  });
  it('tells our own hang-up from the failures', () => {
    expect(callResult('local-hang-up', false)).toBe('cancelled');
    expect(callResult('device-lost', false)).toBe('failed');
    expect(callResult('rejected', false)).toBe('no-answer');
  });
});
