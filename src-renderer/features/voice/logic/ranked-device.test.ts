import { describe, expect, it } from 'vitest';
import { prefer, rankedDevices, type DevicesThere } from './ranked-device.ts';

const builtIn = { id: 'a', label: 'Built-in' };
const headset = { id: 'b', label: 'Headset' };
const there: DevicesThere = { list: [builtIn, headset], system: 'a' };

describe('the ranked list of devices', () => {
  it('gives what is plugged in, as it was ranked, and the system its way behind that', () => {
    expect(rankedDevices(there, ['Dock', 'Headset', 'Built-in'], null)).toEqual([headset, builtIn, 'system']);
    expect(rankedDevices(there, ['Dock'], null)).toEqual(['system']);
    expect(rankedDevices({ list: [], system: null }, ['Headset'], null)).toEqual(['system']);
  });

  it("never gives the phone's own card, also where the system would", () => {
    expect(rankedDevices(there, ['Headset'], 'b')).toEqual(['system']);
    expect(rankedDevices({ ...there, system: 'b' }, [], 'b')).toEqual([builtIn]);
    expect(rankedDevices({ ...there, system: 'b' }, ['Built-in'], 'b')).toEqual([builtIn]);
    expect(rankedDevices({ list: [headset], system: 'b' }, ['Headset'], 'b')).toEqual([]);
  });

  it('leaves nothing to a system that does not say what it would take while the phone is there', () => {
    expect(rankedDevices({ ...there, system: null }, [], 'b')).toEqual([builtIn]);
    expect(rankedDevices({ ...there, system: null }, [], 'gone')).toEqual(['system']);
  });

  it('keeps what was preferred before as the next choice, each name once', () => {
    expect(prefer(['Built-in', 'Headset'], 'Headset')).toEqual(['Headset', 'Built-in']);
    expect(prefer([], 'Headset')).toEqual(['Headset']);
    expect(prefer(['1', '2', '3', '4', '5', '6', '7', '8'], '9')).toHaveLength(8);
  });
});
