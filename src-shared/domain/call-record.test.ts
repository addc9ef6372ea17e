import { describe, expect, it } from 'vitest';
import { callEnder, callResult, causesOf } from './call-record.ts';
import { callResults, directions, endCauses } from './vocabulary.ts';

describe('callResult', () => {
  it.each(directions)('calls every answered %s call connected', (direction) => {
    for (const cause of endCauses) expect(callResult(cause, true, direction)).toBe('connected');
  });
  it.each(directions)(
    'sorts every unanswered cause of %s into exactly one result, and the inverse agrees',
    (direction) => {
      for (const cause of endCauses)
        expect(callResults.filter((result) => causesOf(result, direction).includes(cause))).toEqual([
          callResult(cause, false, direction),
        ]);
      expect(causesOf('connected', direction)).toEqual([]);
    },
  );
  it('tells our own hang-up from the failures', () => {
    expect(callResult('local-hang-up', false, 'outbound')).toBe('cancelled');
    expect(callResult('device-lost', false, 'outbound')).toBe('failed');
    expect(callResult('rejected', false, 'outbound')).toBe('no-answer');
  });
  it('a caller was missed, or declined by us', () => {
    expect(callResult('remote-hang-up', false, 'inbound')).toBe('missed');
    expect(callResult('device-lost', false, 'inbound')).toBe('missed');
    expect(callResult('local-hang-up', false, 'inbound')).toBe('declined');
    expect(callResult('agent-away', false, 'inbound')).toBe('missed');
  });
  it('whom a colleague has taken, nobody has missed', () => {
    expect(callResult('taken-elsewhere', false, 'inbound')).toBe('taken-elsewhere');
  });
});

it('somebody ended every call that is over', () => {
  for (const cause of endCauses) expect(callEnder(cause)).not.toBeNull();
  expect(callEnder(null)).toBeNull();
});
