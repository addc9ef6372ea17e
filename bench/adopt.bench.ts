/**
 * kill -9 of the engine in a running call and a restart, again and again: the phone (real ptys, in this process) carries
 * the call on, and the next start must take it over with its talk time and go on recording. `ADOPTS=10 SEED=7` for a
 * shorter or another run.
 */
import { adoptRounds } from '#tests/support/adopt-rounds.ts';
import { build } from '#tests/support/build.ts';
import type { Figure } from './figure.ts';

export async function run(): Promise<Figure[]> {
  build('test-engine');
  const rounds = Number(process.env['ADOPTS'] ?? 100);
  const seed = Number(process.env['SEED'] ?? 20_261_126);
  const { adopted, worstTalkMs, failures } = await adoptRounds({ rounds, seed, built: true });
  for (const failure of failures) console.error(failure);
  return [
    { name: 'adopt-not-adopted', value: rounds - adopted, unit: `of ${rounds}`, bar: 0 },
    { name: 'adopt-talk-time-off', value: worstTalkMs, unit: 'ms', bar: 1000 },
  ];
}
