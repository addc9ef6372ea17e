import { describe, expect, it } from 'vitest';
import { prefer, rankedDevice } from './ranked-device.ts';

const there = [
  { id: 'a', label: 'Built-in' },
  { id: 'b', label: 'Headset' },
];

describe('the ranked list of devices', () => {
  it('gives the first that is plugged in, else the system has its way', () => {
    expect(rankedDevice(there, ['Dock', 'Headset', 'Built-in'])?.id).toBe('b');
    expect(rankedDevice(there, ['Dock'])).toBeNull();
    expect(rankedDevice(there, [])).toBeNull();
  });

  it("never gives the phone's own card, also where the system would", () => {
    expect(rankedDevice(there, ['Headset'], 'b')?.id).toBe('a');
    expect(rankedDevice(there, [], 'a')?.id).toBe('b');
    expect(rankedDevice(there, [], 'gone')).toBeNull();
  });

  it('keeps what was preferred before as the next choice, each name once', () => {
    expect(prefer(['Built-in', 'Headset'], 'Headset')).toEqual(['Headset', 'Built-in']);
    expect(prefer([], 'Headset')).toEqual(['Headset']);
    expect(prefer(['1', '2', '3', '4', '5', '6', '7', '8'], '9')).toHaveLength(8);
  });
});
