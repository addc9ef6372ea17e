import { expect, it } from 'vitest';
import { killRounds } from '#tests/support/kill-rounds.ts';

// bench/kill-calls.bench.ts is the same with 200 rounds.
it('kill -9 in the middle of calls loses no acknowledged row, no dial of a card and no more than a recording’s last second', async () => {
  const { seen, ...lost } = await killRounds({ rounds: 12, seed: 5, built: true });
  expect(lost).toEqual({ rowsLost: [], recordingsLost: [], uncharged: [], openFailures: [] });
  expect(seen.acknowledged).toBeGreaterThan(6);
  expect(seen.answered).toBeGreaterThan(4);
  expect(seen.adopted).toBeGreaterThan(2);
}, 180_000); // half a minute alone, and twice that beside the others
