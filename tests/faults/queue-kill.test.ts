import { expect, it } from 'vitest';
import { queueKillRounds } from '#tests/support/queue-rounds.ts';

// bench/queue-kill.bench.ts is the same with 200 rounds.
it('kill -9 in the middle of 批量外呼 has nobody dialled twice and nobody left out, and a start dials nobody', async () => {
  const { seen, ...found } = await queueKillRounds({ rounds: 5, seed: 3, built: true });
  expect(found).toEqual({ twice: [], skipped: [], unasked: [] });
  expect(seen.dials).toBeGreaterThan(9);
  expect(seen.goesOn + seen.over + seen.notSent).toBeGreaterThan(1);
});
