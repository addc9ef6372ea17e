import { describe, expect, it } from 'vitest';
import { dialsBehind, refusedAt } from './callee.ts';

describe('what a company has had with a number', () => {
  const refused = (at: number) => ({ at, refused: true });
  const lifted = (at: number) => ({ at, refused: false });

  it('is a refusal by whoever heard the latest word', () => {
    expect(refusedAt(null, null)).toBeNull();
    expect(refusedAt(refused(5), null)).toBe(5);
    expect(refusedAt(null, refused(6))).toBe(6);
    expect(refusedAt(lifted(5), refused(6))).toBe(6);
    expect(refusedAt(refused(5), lifted(6))).toBeNull();
    expect(refusedAt(lifted(7), refused(6))).toBeNull();
    // Of one call the desk knows more than it has told.
    expect(refusedAt(lifted(6), refused(6))).toBeNull();
  });

  it('is each dial once, of the time that is asked for', () => {
    expect(dialsBehind({ since: 2, now: 5 }, [1, 2, 3, 5, 5], [1, 3, 4])).toEqual([3, 5, 5, 4]);
  });

  it('is none that a clock far ahead has told of; what this desk dialled itself counts whatever its clock says', () => {
    const hour = 60 * 60_000;
    expect(dialsBehind({ since: 0, now: hour }, [48 * hour], [hour + 60_000, 49 * hour])).toEqual([48 * hour, hour + 60_000]); // prettier-ignore
  });
});
