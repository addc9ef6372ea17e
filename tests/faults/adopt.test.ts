import { expect, it } from 'vitest';
import { adoptRounds } from '#tests/support/adopt-rounds.ts';

// bench/adopt.bench.ts is the same with 100 rounds.
it('case 26: a call that outlives the engine is adopted with its talk time, and its recording goes on', async () => {
  const { adopted, failures } = await adoptRounds({ rounds: 4, seed: 26, built: true });
  expect(failures).toEqual([]);
  expect(adopted).toBe(4);
});
