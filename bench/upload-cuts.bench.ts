/**
 * Sixty recordings of 3 to 5 MB by the desk's own uploader into a real cloud, over a cable that is cut at least a hundred
 * times, mostly in the middle of their bytes. Compared is the SHA-256 of what lies in the cloud's store. RECORDINGS=…
 * SEED=… for another run.
 */
import { uploadRounds } from '#tests/support/upload-rounds.ts';
import type { Figure } from './figure.ts';

export async function run(): Promise<Figure[]> {
  const recordings = Number(process.env['RECORDINGS'] ?? 60);
  const seed = Number(process.env['SEED'] ?? 20_261_127);
  const began = performance.now();
  const { wrong, givenUp, left, seen } = await uploadRounds({ recordings, from: 3e6, to: 5e6, seed });
  const cuts = Object.values(seen.cuts).reduce((sum, count) => sum + count, 0);
  for (const finding of [...givenUp, ...left]) console.error(finding);
  console.error(JSON.stringify({ seed, ...seen, seconds: Math.round((performance.now() - began) / 1000) }));
  if (cuts < (recordings * 100) / 60) throw new Error(`only ${cuts} cuts`);
  const figure = (name: string, value: number): Figure => ({ name, value, unit: `of ${recordings}`, bar: 0 });
  return [
    figure('upload-cuts-wrong', wrong.length),
    figure('upload-cuts-given-up', givenUp.length),
    figure('upload-cuts-left-over', left.length),
  ];
}
