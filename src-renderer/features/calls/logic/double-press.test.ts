import { describe, expect, it } from 'vitest';
import { DoublePress } from './double-press.ts';

describe('a key pressed twice', () => {
  it('fires on the second press in time, and starts anew after that', () => {
    const esc = new DoublePress(1500);
    expect([esc.press(0), esc.press(1000), esc.press(1100), esc.press(1200)]).toEqual([
      'armed',
      'fire',
      'armed',
      'fire',
    ]);
  });

  it('does not fire when the second press comes late or was disarmed', () => {
    const esc = new DoublePress(1500);
    expect([esc.press(0), esc.press(1501)]).toEqual(['armed', 'armed']);
    esc.disarm();
    expect(esc.press(1600)).toBe('armed');
  });
});
