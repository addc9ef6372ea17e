/**
 * How fresh a colleague's desk is: from the moment in which a person writes a note at their call on desk A to the moment in
 * which the window of desk B, their administrator's, has been told and reads that note. Two whole engines on files of their
 * own, and a cloud with a PostgreSQL in processes of its own; the person pauses between two notes, for 0.2 to 2 s.
 * CHANGES=200, SEED=….
 */
import { sleep } from '#shared/base/clock.ts';
import { systemClock } from '#engine/index.ts';
import type { Client } from '#tests/support/desk.ts';
import { seededRandom } from '#tests/support/seeded-random.ts';
import { median, percentile, type Figure } from './figure.ts';
import { startTwoDesks } from './support/two-desks.ts';

export async function run(): Promise<Figure[]> {
  const changes = Number(process.env['CHANGES'] ?? 200);
  const seed = Number(process.env['SEED'] ?? 20_261_127);
  const { a, b, close } = await startTwoDesks(['chen', 'admin']);
  try {
    const took = await measure(a, b, changes, seededRandom(seed));
    console.error(
      `freshness: ${took.length} changes, p50 ${median(took).toFixed(0)} ms, p99 ${percentile(took, 0.99).toFixed(0)} ms, worst ${Math.max(...took).toFixed(0)} ms`,
    );
    return [{ name: 'freshness', value: percentile(took, 0.95), unit: 'ms', bar: 500 }];
  } finally {
    await close();
  }
}

async function measure(a: Client, b: Client, changes: number, random: () => number): Promise<number[]> {
  const { rows } = await a.call('calls.list', { query: {}, offset: 0, limit: 20 });
  if (rows.length === 0) throw new Error('desk A has no calls');
  const took: number[] = [];
  for (let n = 0; n < changes; n += 1) {
    await sleep(systemClock, 200 + random() * 1800);
    const callId = rows[n % rows.length]?.id ?? '';
    const note = `第 ${n} 次记录`;
    const seen = seenAt(b, callId, note);
    const began = performance.now();
    await a.call('calls.setNote', { callId, note });
    took.push((await seen) - began);
  }
  return took;
}

/** When this window has been told of a change and finds the note in it; a note that never comes is an error. */
function seenAt(b: Client, callId: string, note: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => done(() => reject(new Error(`${note} did not come`))), 60_000);
    const done = (then: () => void): void => {
      clearTimeout(limit);
      listening.dispose();
      then();
    };
    const look = async (): Promise<void> => {
      const call = await b.call('calls.get', { id: callId });
      if (call.note === note) done(() => resolve(performance.now()));
    };
    const listening = b.listen('calls.changed', null, () => void look().catch(reject));
  });
}
