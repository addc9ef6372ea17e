import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBareCloud, type BareCloud } from '#tests/support/bare-cloud.ts';
import { runHistory } from '#tests/support/sync-history/run-history.ts';

let cloud: BareCloud;
beforeAll(async () => {
  cloud = await startBareCloud();
});
afterAll(() => cloud.close());

// Bench `sync-histories` does 300; a seed that failed there belongs here.
describe('five desks, one truth', () => {
  it.each([1, 2, 3])('history of seed %i', async (seed) => {
    const { broken, seen } = await runHistory(cloud, seed);
    expect(broken, `seed ${seed}`).toEqual([]);
    // It was a history worth the name.
    expect(Math.min(seen.rejected, seen.repeated, seen.restarts, seen.deleted, seen.pruned)).toBeGreaterThan(0);
    expect(seen.operations).toBeGreaterThan(60);
  });
});
