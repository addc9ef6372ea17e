import { describe, expect, it } from 'vitest';
import { voiceCalls, rowOf, sameNumber } from './call-rows.ts';
import { causeOfReport } from './end-cause.ts';

describe('rows of +CLCC', () => {
  it('finds ours by number, whatever index it has', () => {
    const rows = voiceCalls(['+CLCC: 2,0,0,0,0,"+8615400000137",145', '+CLCC: 1,0,1,0,0,"10086",129'], [0]);
    expect(rowOf(rows ?? [], true, '15400000137')?.index).toBe(2);
    expect(rowOf(rows ?? [], true, '10086')?.index).toBe(1);
    expect(rowOf(rows ?? [], true, '15400000555')).toBeNull();
  });

  it('takes a row without a number', () => {
    const rows = voiceCalls(['+CLCC: 1,0,3,0,0'], [0]);
    expect(rowOf(rows ?? [], true, '15400000137')?.status).toBe('alerting');
  });

  it('honours the make: one lists outgoing voice as mode 1', () => {
    const line = ['+CLCC: 1,0,0,1,0,15400000137,129'];
    expect(voiceCalls(line, [0])).toEqual([]);
    expect(voiceCalls(line, [0, 1])).toHaveLength(1);
  });

  it('case 27: a packet bearer is no call, and a row that comes twice counts as it was told last', () => {
    const lines = ['+CLCC: 1,0,0,1,0,"",128', '+CLCC: 2,0,3,0,0,"10086",129', '+CLCC: 2,0,0,0,0,"10086",129'];
    expect(voiceCalls(lines, [0])).toMatchObject([{ index: 2, status: 'active' }]);
    expect(voiceCalls([...lines, '+CLCC: 2,0,6,0,0,"10086",129'], [0])).toEqual([]);
  });

  it('a caller without a number is found only where nobody else calls', () => {
    const withheld = voiceCalls(['+CLCC: 1,1,4,0,0,"",128'], [0]) ?? [];
    expect(rowOf(withheld, false, null)?.index).toBe(1);
    expect(rowOf(withheld, true, null)).toBeNull();
    const two = voiceCalls(['+CLCC: 1,1,0,0,0,"",128', '+CLCC: 2,1,5,0,0,"",128'], [0]) ?? [];
    expect(rowOf(two, false, null)).toBeNull();
  });

  it('does not take a short number for the tail of a long one', () => {
    expect(sameNumber('+8615400000137', '15400000137')).toBe(true);
    expect(sameNumber('15400010086', '10086')).toBe(false);
    expect(sameNumber('', '10086')).toBe(false);
  });
});

describe('causeOfReport', () => {
  it.each([
    ['+CEER: 1,"Unassigned number"', 'unreachable'],
    ['+CEER: 17,"User busy"', 'busy'],
    ['+CEER: 5,19', 'no-answer'],
    ['+CEER: 21', 'rejected'],
    ['+CEER: "CM_CALL_END", 42', 'network-failure'],
    ['+CEER: No user responding', 'no-answer'],
    ['+CEER: 0,"No cause"', null],
  ])('%s → %s', (line, cause) => expect(causeOfReport([line])).toBe(cause));
});
