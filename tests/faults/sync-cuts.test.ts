import { expect, it } from 'vitest';
import { cutRounds } from '#tests/support/cut-rounds.ts';

// bench/sync-cuts.bench.ts is the same with 1,000 cuts.
it('a cable that is cut at any place of an exchange loses no call and doubles none', async () => {
  const { seen, ...found } = await cutRounds({ cuts: 60, seed: 11 });
  expect(found).toEqual({ lost: [], lostAtColleague: [], doubled: 0, strange: [] });
  expect(Math.min(...Object.values(seen.cuts))).toBeGreaterThan(3);
  expect(seen.operations).toBeGreaterThan(30);
});
