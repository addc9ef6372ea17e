import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdleCollector } from './idle-collector.ts';

const rows = (megabytes: number): object[] =>
  Array.from({ length: megabytes * 10_000 }, (_, n) => ({ name: `${n} 号`, at: n }));

describe('IdleCollector', () => {
  it('gives back what a thread has left behind', async () => {
    const collector = new IdleCollector();
    const left = new WeakRef(rows(20));
    collector.worked();
    await sleep(700);
    expect(left.deref() === undefined).toBe(true);
  });

  describe('by the clock', () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it('waits until nothing has been asked for half a second', () => {
      const collect = vi.fn<() => void>();
      const collector = new IdleCollector(collect);
      const kept = rows(20);
      for (let n = 0; n < 5; n += 1) {
        collector.worked();
        vi.advanceTimersByTime(499);
      }
      expect([collect.mock.calls.length, kept.length]).toEqual([0, 200_000]);
      vi.advanceTimersByTime(1);
      expect(collect).toHaveBeenCalledOnce();
    });

    it('leaves little where it is', () => {
      const collect = vi.fn<() => void>();
      const collector = new IdleCollector(collect);
      collector.worked();
      vi.advanceTimersByTime(500);
      collect.mockClear();
      collector.worked();
      vi.advanceTimersByTime(500);
      expect(collect).not.toHaveBeenCalled();
    });
  });
});
