import { describe, expect, it } from 'vitest';
import { recordingFileName } from './file-name.ts';

const call = { startedAt: Date.UTC(2026, 10, 27, 16, 5, 12), number: '+8615400000137', customerName: '深圳锦程科技' };
const shows = (): boolean => false;
const hides = (): boolean => true;

describe('the file of a recording', () => {
  it('is called by its time in Beijing, the number and the customer', () => {
    expect(recordingFileName(call, shows)).toBe('20261128-000512 15400000137 深圳锦程科技.wav');
    expect(recordingFileName({ ...call, number: '', customerName: null }, shows)).toBe('20261128-000512.wav');
  });

  it('has numbers masked, in the customer’s name as well, without a star', () => {
    expect(recordingFileName(call, hides)).toBe('20261128-000512 154xxxx0137 深圳锦程科技.wav');
    const named = { ...call, customerName: '王先生 15400000138' };
    expect(recordingFileName(named, hides)).toBe('20261128-000512 154xxxx0137 王先生 154 xxxx 0138.wav');
    expect(recordingFileName(named, (number) => number.endsWith('0138'))).toBe('20261128-000512 15400000137 王先生 154 xxxx 0138.wav'); // prettier-ignore
  });

  it('is a name that every system takes, whatever the customer is called', () => {
    const odd = { ...call, number: 'anonymous', customerName: `..\\A/B:"C"?\u202e\n|${'长'.repeat(60)}` };
    const name = recordingFileName(odd, shows);
    expect(name).toMatch(/^20261128-000512 anonymous \.\. A B C 长+\.wav$/);
    expect(Array.from(name).length).toBeLessThan(80);
  });
});
