/**
 * Histories of five desks against the real cloud (tests/support/sync-history): SEEDS=300 of them, from FIRST=1 on. A broken one
 * is told with its seed; `FIRST=seed SEEDS=1` repeats it. With FORGETS=1 the cloud forgets its answers at once, and refuses
 * what it may have forgotten.
 */
import { startBareCloud } from '#tests/support/bare-cloud.ts';
import { nothingSeen, runHistory } from '#tests/support/sync-history/run-history.ts';
import type { Figure } from './figure.ts';

export async function run(): Promise<Figure[]> {
  const [first, seeds] = [Number(process.env['FIRST'] ?? 1), Number(process.env['SEEDS'] ?? 300)];
  const cloud = await startBareCloud(20, process.env['FORGETS'] ? 0 : null);
  const total = nothingSeen();
  let broken = 0;
  try {
    for (let seed = first; seed < first + seeds; seed += 1) {
      const findings = await runHistory(cloud, seed);
      for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += findings.seen[name];
      if (findings.broken.length === 0) continue;
      broken += 1;
      console.error(`seed ${seed}:\n  ${findings.broken.slice(0, 10).join('\n  ')}`);
    }
  } finally {
    await cloud.close();
  }
  console.error(`sync-histories: ${JSON.stringify(total)}`);
  return [{ name: 'sync-histories', value: broken, unit: `of ${seeds} seeds`, bar: 0 }];
}
