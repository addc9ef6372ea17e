/**
 * kill -9 of the engine at a random moment of 批量外呼, again and again, while the phone (real ptys, in this process) goes
 * on and keeps its own account of what it was asked to dial. `ROUNDS=20 SEED=7 npm run bench -- queue-kill` for a shorter
 * or another run.
 */
import { build } from '#tests/support/build.ts';
import { queueKillRounds } from '#tests/support/queue-rounds.ts';
import type { Figure } from './figure.ts';

export async function run(): Promise<Figure[]> {
  build('test-engine');
  const rounds = Number(process.env['ROUNDS'] ?? 200);
  const seed = Number(process.env['SEED'] ?? 20_261_128);
  const { twice, skipped, unasked, seen } = await queueKillRounds({ rounds, seed, built: true });
  for (const finding of [...twice, ...skipped, ...unasked]) console.error(finding);
  console.error(JSON.stringify({ rounds, seed, ...seen }));
  // Rounds that fell between two tries prove little.
  if (seen.goesOn + seen.over + seen.notSent < rounds / 3) throw new Error('too few kills fell into a try');
  const figure = (name: string, value: number): Figure => ({ name, value, unit: `of ${rounds}`, bar: 0 });
  return [
    figure('queue-kill-dialled-twice', twice.length),
    figure('queue-kill-skipped', skipped.length),
    figure('queue-kill-unasked', unasked.length),
  ];
}
