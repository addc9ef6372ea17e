import { describe, expect, it, vi } from 'vitest';
import { WindowedList, type ListPage } from './windowed-list.ts';

/** A source whose answers are given by hand, in any order. */
function source(): {
  fetch: (offset: number, limit: number) => Promise<ListPage<string>>;
  asked: { offset: number; answer: (total: number, tag?: string) => Promise<void>; fail: () => Promise<void> }[];
} {
  const asked: ReturnType<typeof source>['asked'] = [];
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
  return {
    asked,
    fetch: (offset, limit) =>
      new Promise((resolve, reject) => {
        asked.push({
          offset,
          answer(total, tag = 'row') {
            const count = Math.max(0, Math.min(limit, total - offset));
            resolve({ rows: Array.from({ length: count }, (_, i) => `${tag} ${String(offset + i)}`), total });
            return settled();
          },
          fail() {
            reject(new Error('away'));
            return settled();
          },
        });
      }),
  };
}

describe('a windowed list', () => {
  it('fetches the first page first, and others only when they are shown', async () => {
    const { fetch, asked } = source();
    const list = new WindowedList(fetch);
    list.need(0, 30);
    expect(asked.map((a) => a.offset)).toEqual([0]);
    await asked[0]?.answer(1000);
    expect(list.total).toBe(1000);
    expect(list.at(49)).toBe('row 49');
    expect(list.at(50)).toBeUndefined();
    list.need(480, 520);
    expect(asked.map((a) => a.offset)).toEqual([0, 450, 500]);
    list.need(485, 525);
    expect(asked).toHaveLength(3);
  });

  it('tells what is here as it was answered last, without what is asked for anew', async () => {
    const { fetch, asked } = source();
    const list = new WindowedList(fetch);
    list.need(40, 60);
    await asked[0]?.answer(120);
    await asked[1]?.answer(120);
    const fresh = (): [number, string][] => [...list.fresh(40, 60)].map(([index, row]) => [index, row]);
    expect(fresh()).toHaveLength(100);
    expect(fresh().at(-1)).toEqual([99, 'row 99']);
    list.refresh();
    expect(fresh()).toEqual([]);
    await asked.at(-1)?.answer(120, 'new');
    expect(fresh()[0]).toEqual([50, 'new 50']);
  });

  it('asks for no more than three pages at once, and then for those that are shown by now', async () => {
    const { fetch, asked } = source();
    const list = new WindowedList(fetch);
    list.need(0, 30);
    await asked[0]?.answer(100_000);
    for (let row = 1000; row < 99_000; row += 555) list.need(row, row + 40);
    expect(asked.map((a) => a.offset)).toEqual([0, 1000, 1550, 2100]);
    list.need(98_980, 99_020);
    await asked[1]?.answer(100_000);
    await asked[2]?.answer(100_000);
    await asked[3]?.answer(100_000);
    await asked[4]?.answer(100_000);
    expect(asked.map((a) => a.offset)).toEqual([0, 1000, 1550, 2100, 98_950, 99_000]);
    expect(list.at(98_990)).toBe('row 98990');
  });

  it('fetches a page before its rows are reached, once those in view are here', async () => {
    const { fetch, asked } = source();
    const list = new WindowedList(fetch);
    list.need(0, 20);
    await asked[0]?.answer(1000);
    expect(asked).toHaveLength(1);
    list.need(2, 22);
    list.need(3, 23);
    expect(asked.map((a) => a.offset)).toEqual([0, 50]);
    await asked[1]?.answer(1000);
    expect(asked).toHaveLength(2);
    // What nobody looks at is not asked for again.
    list.refresh();
    await asked[2]?.answer(1000, 'new');
    expect(asked.map((a) => a.offset)).toEqual([0, 50, 0]);
    list.need(40, 60);
    expect(asked.at(-1)?.offset).toBe(50);
  });

  it('gives what was waited for its time to be drawn before it fetches ahead, and to nobody any more', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const asked: number[] = [];
      const fetch = async (offset: number): Promise<ListPage<string>> => {
        asked.push(offset);
        return { rows: [], total: 1000 };
      };
      const list = new WindowedList(fetch);
      const listening = list.onChange(() => undefined);
      list.need(0, 20);
      await vi.advanceTimersByTimeAsync(20);
      expect(asked).toEqual([0]);
      await vi.advanceTimersByTimeAsync(100);
      expect(asked).toEqual([0, 50]);
      list.reset();
      list.need(0, 20);
      await vi.advanceTimersByTimeAsync(20);
      listening.dispose();
      await vi.advanceTimersByTimeAsync(1000);
      expect(asked).toEqual([0, 50, 0]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('lets one replaced question run out beside the new one, and asks only the newest behind two', async () => {
    const { fetch, asked } = source();
    const list = new WindowedList(fetch);
    list.need(0, 10);
    list.reset();
    expect(asked).toHaveLength(2);
    list.reset();
    list.reset();
    expect(asked).toHaveLength(2);
    expect(list.loading).toBe(true);
    await asked[0]?.answer(900, 'old');
    expect(asked).toHaveLength(3);
    await asked[1]?.answer(900, 'old');
    expect(list.total).toBeNull();
    await asked[2]?.answer(2, 'new');
    expect(list.at(0)).toBe('new 0');
    expect(list.loading).toBe(false);
  });

  it('drops an answer to a question that was replaced', async () => {
    const { fetch, asked } = source();
    const list = new WindowedList(fetch);
    list.need(0, 10);
    list.reset();
    await asked[1]?.answer(2, 'new');
    await asked[0]?.answer(900, 'old');
    expect(list.total).toBe(2);
    expect(list.at(0)).toBe('new 0');
  });

  it('keeps the old rows on the screen while it refreshes, and joins bursts of changes', async () => {
    const { fetch, asked } = source();
    const list = new WindowedList(fetch);
    list.need(0, 10);
    await asked[0]?.answer(5);
    list.refresh();
    list.refresh();
    list.refresh();
    expect(list.at(0)).toBe('row 0');
    expect(asked).toHaveLength(2);
    await asked[1]?.answer(5, 'second');
    expect(list.at(0)).toBe('second 0');
    expect(asked).toHaveLength(3);
    await asked[2]?.answer(6, 'third');
    expect(list.total).toBe(6);
    expect(asked).toHaveLength(3);
  });

  it('forgets pages that a shorter list no longer has', async () => {
    const { fetch, asked } = source();
    const list = new WindowedList(fetch);
    list.need(0, 10);
    await asked[0]?.answer(290);
    list.need(255, 285);
    await asked[1]?.answer(290);
    expect(list.at(260)).toBe('row 260');
    list.refresh();
    await asked[2]?.answer(3);
    expect(list.at(260)).toBeUndefined();
    // What is shown now lies behind the end: the last page that exists is fetched instead.
    expect(asked.at(-1)?.offset).toBe(0);
  });

  it('keeps a failure until the next good answer, and does not hammer', async () => {
    const { fetch, asked } = source();
    const list = new WindowedList(fetch);
    list.need(0, 10);
    await asked[0]?.fail();
    expect(list.failure).toBeInstanceOf(Error);
    expect(asked).toHaveLength(1);
    list.refresh();
    await asked[1]?.answer(1);
    expect(list.failure).toBeNull();
    expect(list.total).toBe(1);
  });

  it('tells its listeners until they leave', async () => {
    const { fetch, asked } = source();
    const list = new WindowedList(fetch);
    let told = 0;
    const listening = list.onChange(() => (told += 1));
    list.need(0, 1);
    await asked[0]?.answer(1);
    expect(told).toBeGreaterThanOrEqual(2);
    listening.dispose();
    const before = told;
    list.reset();
    expect(told).toBe(before);
  });
});
