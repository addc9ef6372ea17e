/**
 * kill -9 of the engine at a random moment of a running call, again and again, while the phone (real ptys, in this
 * process) goes on. `ROUNDS=20 SEED=7 npm run bench -- kill-calls` for a shorter or another run.
 */
import { createLogger } from '#shared/base/logger.ts';
import { killRounds } from '#tests/support/kill-rounds.ts';
import { build } from '#tests/support/build.ts';
import type { Figure } from './figure.ts';

export async function run(): Promise<Figure[]> {
  build('test-engine');
  const rounds = Number(process.env['ROUNDS'] ?? 200);
  const seed = Number(process.env['SEED'] ?? 20_261_123);
  const logger = createLogger((line) => console.error(line), Date.now);
  const { rowsLost, recordingsLost, uncharged, openFailures, seen } = await killRounds({
    rounds,
    seed,
    built: true,
    logger,
  });
  for (const finding of [...rowsLost, ...recordingsLost, ...uncharged, ...openFailures]) console.error(finding);
  console.error(JSON.stringify({ rounds, seed, ...seen }));
  // Rounds that found no call alive prove nothing.
  if (seen.acknowledged < rounds * 0.8 || seen.adopted < rounds / 2) throw new Error('too few calls were killed alive');
  const figure = (name: string, value: number): Figure => ({ name, value, unit: `of ${rounds}`, bar: 0 });
  return [
    figure('kill-calls-rows-lost', rowsLost.length),
    figure('kill-calls-recordings-lost', recordingsLost.length),
    figure('kill-calls-uncharged', uncharged.length),
    figure('kill-calls-open-failures', openFailures.length),
  ];
}
