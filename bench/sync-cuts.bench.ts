/**
 * A desk's outbox and its real cloud, over a cable that is cut a thousand times: before the request, in it, after the
 * cloud's commit and before its answer, in the answer. `CUTS=100 SEED=7 npm run bench -- sync-cuts` for a shorter or
 * another run.
 */
import { cutRounds } from '#tests/support/cut-rounds.ts';
import type { Figure } from './figure.ts';

export async function run(): Promise<Figure[]> {
  const cuts = Number(process.env['CUTS'] ?? 1000);
  const seed = Number(process.env['SEED'] ?? 20_261_127);
  const { lost, lostAtColleague, doubled, strange, seen } = await cutRounds({ cuts, seed });
  for (const finding of [...lost, ...lostAtColleague, ...strange]) console.error(finding);
  console.error(JSON.stringify({ seed, ...seen }));
  if (strange.length > 0) throw new Error('something else than a cut happened');
  // A kind of cut that hardly came has proven nothing.
  if (Math.min(...Object.values(seen.cuts)) < cuts / 10) throw new Error('the cuts were not of all kinds');
  const figure = (name: string, value: number): Figure => ({ name, value, unit: `of ${seen.calls}`, bar: 0 });
  return [
    figure('sync-cuts-lost', lost.length),
    figure('sync-cuts-lost-at-colleague', lostAtColleague.length),
    figure('sync-cuts-doubled', Math.abs(doubled)),
  ];
}
