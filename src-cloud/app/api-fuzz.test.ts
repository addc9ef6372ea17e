import { expect, it } from 'vitest';
import { seededRandom } from '#tests/support/seeded-random.ts';
import { fuzzApi } from '../testing/fuzz/api-fuzz.ts';
import { startTestCloud } from '../testing/test-cloud.ts';

// The short form of `npm run bench -- api-fuzz`.
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

it(
  `bent requests are never answered 5xx, and never by rows of another company (SEED=${seed})`,
  { timeout: 180_000 },
  async () => {
    const wide = { burst: 1e9, perSecond: 1e9 };
    const cloud = await startTestCloud({}, { limits: { address: wide, employee: wide, company: wide } });
    try {
      const { answers, ...found } = await fuzzApi(cloud, 400, seededRandom(seed));
      expect(found).toEqual({ failures: [], leaks: [], changed: [] });
      // It is no test if all is refused at the door.
      expect([answers['2xx'] ?? 0, answers['4xx'] ?? 0].map((count) => count > 25)).toEqual([true, true]);
    } finally {
      await cloud.close();
    }
  },
);
