/**
 * 20,000 requests made from docs/openapi.json and bent, as agent, manager, administrator and nobody of one company, over
 * real HTTP to a real PostgreSQL. None may be answered 5xx, and of another company nothing may be told or touched.
 * REQUESTS=2000 for a shorter run, SEED=n for another one.
 */
import { fuzzApi } from '#cloud/testing/fuzz/api-fuzz.ts';
import { startTestCloud } from '#cloud/testing/test-cloud.ts';
import { seededRandom } from '#tests/support/seeded-random.ts';
import type { Figure } from './figure.ts';

export async function run(): Promise<Figure[]> {
  const seed = Number(process.env['SEED'] ?? 20_261_127);
  const count = Number(process.env['REQUESTS'] ?? 20_000);
  console.error(`seed ${seed}`);
  const wide = { burst: 1e9, perSecond: 1e9 };
  const cloud = await startTestCloud({}, { limits: { address: wide, employee: wide, company: wide } });
  try {
    const began = performance.now();
    const { answers, failures, leaks, changed } = await fuzzApi(cloud, count, seededRandom(seed));
    console.error(`${Math.round((performance.now() - began) / 1000)} s, answers ${JSON.stringify(answers)}`);
    for (const line of [...failures, ...leaks, ...changed].slice(0, 20)) console.error(line);
    return [
      { name: 'api-fuzz-5xx', value: failures.length, unit: 'answers', bar: 0 },
      { name: 'api-fuzz-foreign', value: leaks.length + changed.length, unit: 'rows', bar: 0 },
    ];
  } finally {
    await cloud.close();
  }
}
