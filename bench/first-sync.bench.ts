/**
 * The first pull of a desk: 100,000 leads and 50,000 calls, two thirds of them with the picture of their recording, from a
 * cloud with a PostgreSQL in processes of its own. The desk is a whole engine, built, with a fresh database. The loop is
 * watched from the sign-in to the end (support/loop-watch.ts); memory is the highest RSS of the desk's process. LEADS=… CALLS=… for another size.
 */
import { build } from '#tests/support/build.ts';
import type { Figure } from './figure.ts';
import { startCloudProcess } from './support/cloud-process.ts';
import { firstSync } from './support/first-sync.ts';

export async function run(): Promise<Figure[]> {
  build('test-engine');
  const leads = Number(process.env['LEADS'] ?? 100_000);
  const calls = Number(process.env['CALLS'] ?? 50_000);
  const cloud = await startCloudProcess({ leads, calls });
  try {
    const { tookMs, heldMs, lateMs, rssMb, p99Ms, busyMs, besideMs, rssBeforeMb, ...got } = await firstSync(cloud.url);
    if (got.leads !== leads || got.calls !== calls) throw new Error(`not everything came: ${JSON.stringify(got)}`);
    console.error(
      `first-sync: loop p99 ${p99Ms.toFixed(1)} ms, at most ${lateMs.toFixed(1)} with its waits for a processor, ${Math.round(busyMs)} ms of processor time on it, ${Math.round(besideMs)} ms beside it, ${Math.round(rssBeforeMb)} MB before`,
    );
    return [
      { name: 'first-sync', value: tookMs / 1000, unit: 's', bar: 20 },
      { name: 'first-sync-blocked', value: heldMs, unit: 'ms', bar: 8 },
      { name: 'first-sync-rss', value: rssMb, unit: 'MB', bar: 250 },
    ];
  } finally {
    await cloud.close();
  }
}
