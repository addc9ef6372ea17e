import { expect, it } from 'vitest';
import { startBareCloud } from '#tests/support/bare-cloud.ts';
import { openCallDesk } from '#tests/support/call-desk.ts';
import { gapRounds } from '#tests/support/gap-rounds.ts';

// bench/sync-gap.bench.ts is the same with 150 transactions of each.
it('a reader that never waits misses nothing of what 32 writers commit', async () => {
  const { seen, ...found } = await gapRounds({ writers: 32, transactionsEach: 30, readEveryMs: 2, seed: 7 });
  expect(found).toEqual({ lost: 0, outOfOrder: 0, missing: 0 });
  expect(seen.pages).toBeGreaterThan(10);
});

it('a desk notices that an entry is gone from the cloud’s table, keeps what it has and goes on', async () => {
  const cloud = await startBareCloud();
  const [writer, desk] = [
    await openCallDesk(cloud.url, 'chen'),
    await openCallDesk(cloud.url, 'zhao', { told: false }),
  ];
  const step = async (): Promise<void> => {
    await writer.sync.service.now();
    await desk.sync.service.now();
  };
  try {
    const before = writer.add('前');
    await step();
    expect(desk.logged('sync.gap')).toEqual([]);
    const lost = writer.add('丢');
    await writer.sync.service.now();
    // Its entry, and with it all that would tell of the row; and that of a call which the desk has already.
    await cloud.asOwner.deleteFrom('change').where('entityId', 'in', [before, lost]).execute();
    const after = writer.add('后');
    await step();
    expect([...desk.calls().keys()].sort()).toEqual([before, after].sort());
    expect(desk.logged('sync.gap').map((line) => (JSON.parse(line) as { missing: number }).missing)).toEqual([1, 2]);
    const last = writer.add('再');
    await step();
    expect([...desk.calls().keys()].sort()).toEqual([before, after, last].sort());
    expect(desk.logged('sync.gap')).toHaveLength(2);
    // The row itself was there all the time: its next change brings it.
    writer.change(lost, '又有了');
    await step();
    expect(desk.calls().get(lost)).toBe('2 又有了');
  } finally {
    desk.close();
    writer.close();
    await cloud.close();
  }
});
