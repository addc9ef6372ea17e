import { describe, expect, it } from 'vitest';
import { KeysetList, type KeysetPage } from './keyset-list.ts';

/** A log of `length` numbers, of which those that `fits` are found; 100 are looked at per page. */
function listOf(length: number, fits: (n: number) => boolean = () => true) {
  const asked: (string | undefined)[] = [];
  let refuse: Error | null = null;
  const list = new KeysetList<number>(async (before, limit): Promise<KeysetPage<number>> => {
    asked.push(before);
    if (refuse) throw refuse;
    const from = Number(before ?? 0);
    const to = Math.min(length, from + limit);
    const rows = Array.from({ length: to - from }, (_, n) => from + n).filter(fits);
    return { rows, next: to < length ? String(to) : null, searchedTo: rows.length < limit ? to : null };
  });
  return { list, asked, refuse: (error: Error | null) => (refuse = error) };
}
/** Until nothing is asked any more. */
async function settle(list: KeysetList<unknown>): Promise<void> {
  for (let n = 0; n < 100; n += 1) await Promise.resolve();
  expect(list.loading).toBe(false);
}

describe('a list that is read on from its end', () => {
  it('knows no number before the first answer, asks ahead of what is shown, and ends', async () => {
    const { list, asked } = listOf(250);
    expect([list.total, list.at(0)]).toEqual([null, undefined]);
    list.need(0, 20);
    await settle(list);
    expect([list.total, list.count, list.at(99), asked.length]).toEqual([101, 100, 99, 1]);
    list.need(30, 60);
    await settle(list);
    expect([list.total, asked]).toEqual([201, [undefined, '100']]);
    list.need(150, 200);
    await settle(list);
    expect([list.total, list.more, list.at(249), list.at(250)]).toEqual([250, false, 249, undefined]);
    list.need(200, 249);
    await settle(list);
    expect(asked).toHaveLength(3);
  });

  it('that is empty says so', async () => {
    const { list } = listOf(0);
    list.need(0, 0);
    await settle(list);
    expect([list.total, list.more]).toEqual([0, false]);
  });

  it('goes on by itself over pages without a row, and pauses after many', async () => {
    const { list, asked } = listOf(3000, (n) => n === 1550);
    list.need(0, 20);
    await settle(list);
    expect([asked.length, list.total, list.pausedAt]).toEqual([10, 0, 1000]);
    list.goOn();
    await settle(list);
    expect([list.count, list.at(0), list.pausedAt]).toEqual([1, 1550, 2600]);
    list.goOn();
    await settle(list);
    expect([list.total, list.pausedAt, list.more]).toEqual([1, null, false]);
  });

  it('keeps what it has where the next page is refused, and goes on when it is told', async () => {
    const { list, refuse } = listOf(200);
    list.need(0, 20);
    await settle(list);
    refuse(new Error('away'));
    list.need(80, 100);
    await settle(list);
    expect([list.total, (list.failure as Error).message]).toEqual([100, 'away']);
    refuse(null);
    list.goOn();
    await settle(list);
    expect([list.total, list.failure]).toEqual([200, null]);
  });

  it('drops the answer to a question that nobody asks any more', async () => {
    const { list, asked } = listOf(150);
    list.need(0, 0);
    list.reset();
    await settle(list);
    expect([list.count, list.at(0), asked]).toEqual([100, 0, [undefined, undefined]]);
  });
});
