import { describe, expect, it } from 'vitest';
import { until } from '#tests/support/until.ts';
import { collectYoung, keepPausesShort } from './short-pauses.ts';

const outside = (): number => process.memoryUsage().arrayBuffers;

describe('short pauses', () => {
  it('give back soon what sockets have read, which nobody would for a while', async () => {
    keepPausesShort();
    // What other tests of this process have left is not counted.
    collectYoung();
    const before = outside();
    for (let i = 0; i < 200; i += 1) new Uint8Array(64 * 1024).fill(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(outside() - before).toBeGreaterThan(200 * 64 * 1000);
    collectYoung();
    await until('it is given back', () => outside() - before < 1024 * 1024);
  });
});
