import { describe, expect, it } from 'vitest';
import { EngineClock } from './engine-clock.ts';

describe('the engine clock as the window knows it', () => {
  it('is not known before an answer', () => {
    expect(new EngineClock().at(5)).toBeNull();
  });

  it('goes by the quickest answer, whose error is at most half its round trip', () => {
    const clock = new EngineClock();
    // The engine is 1000 ms ahead; slow answers come back lopsided.
    clock.note(0, 80, 1005);
    clock.note(100, 104, 1102);
    clock.note(200, 260, 1250);
    expect(clock.at(300)).toBe(1300);
  });

  it('forgets: a path that has become slower or another engine is noticed', () => {
    const clock = new EngineClock();
    clock.note(0, 1, 1000.5);
    for (let n = 1; n <= 100; n += 1) clock.note(n * 20, n * 20 + 4, n * 20 + 5002);
    expect(clock.at(0)).toBe(5000);
  });
});
