/**
 * Places of numbers on a desk whose operator's table has 520,000 heads, as the largest known has: what one question costs, how
 * long the engine's loop is held while such a table comes from the cloud, is looked through and takes the place of another one,
 * and what of it stays in memory.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { createIds } from '#shared/base/ids.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { codeAreas } from '#shared/domain/area-codes.ts';
import { writeNumberHeads } from '#shared/domain/number-heads-writer.ts';
import { createNumberPlaces, type NumberPlacesFeature } from '#engine/features/number-places/index.ts';
import { systemClock, systemRandom } from '#engine/index.ts';
import { percentile, type Figure } from './figure.ts';
import { collectGarbage } from './support/collect-garbage.ts';
import { watchLoop } from './support/loop-watch.ts';

const rows = 520_000;
const questions = 200_000;
const firstHead = 1_300_000;

/** Every ten heads are of another place than the next. @param turn of the places: another one is another table */
function makeTable(version: string, turn: number, heads = rows): Buffer {
  const ranges = Array.from({ length: heads / 10 }, (_, n) => {
    const { province = '', cities = [], code = '' } = codeAreas[(n * 7 + turn) % codeAreas.length] ?? {};
    const from = firstHead + n * 10;
    return { from, to: from + 9, province, city: cities[0] ?? '', postcode: '310000', areaCode: code, kind: 1 + (n % 8) }; // prettier-ignore
  });
  return Buffer.from(writeNumberHeads(version, ranges));
}

/** Bytes outside of the heap: where tables are. */
async function outside(): Promise<number> {
  collectGarbage();
  // What sweeping is left is not ours to measure.
  await wait(500);
  return process.memoryUsage().arrayBuffers;
}

export async function run(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'jinhu-places-'));
  try {
    return await measure(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(dataDir: string): Promise<Figure[]> {
  // What the cloud has one after the other; only what a desk adds is counted. The first is small: a desk has used files and
  // streams before, and what Node loads for the first of them is not the table's.
  const tables = [makeTable('2500', 0, 100), makeTable('2501', 1), makeTable('2502', 2)];
  const before = await outside();
  let heldMs = 0;
  let feature: NumberPlacesFeature | undefined;
  for (const [turn, table] of tables.entries()) {
    // Each start has the table before on its disk, and gets another one.
    feature?.dispose();
    const stop = watchLoop();
    feature = open(dataDir, table);
    while (feature.placeOf('13000000000')?.areaCode !== codeAreas[turn]?.code) await wait(5);
    const held = stop().heldMs;
    console.error(`number-places: ${table.length} bytes, loop held ${held.toFixed(1)} ms`);
    if (turn > 0) heldMs = Math.max(heldMs, held);
  }
  if (!feature) throw new Error('nothing was measured');
  const question = ask(feature);
  const stays = (await outside()) - before;
  feature.dispose();
  return [
    question,
    { name: 'number-places-loop', value: heldMs, unit: 'ms', bar: 8 },
    { name: 'number-places-memory', value: stays / (tables.at(-1)?.length ?? 0), unit: 'tables', bar: 1.1 },
  ];
}

function open(dataDir: string, table: Buffer): NumberPlacesFeature {
  const sha256 = createHash('sha256').update(table).digest('hex');
  const file = { sha256, bytes: table.length, version: '250', rows };
  const cloud = { call: () => Promise.resolve({ file } as never), open: () => Promise.resolve(inChunks(table)) };
  const context = { clock: systemClock, newId: createIds(systemClock, systemRandom), logger: silentLogger, dataDir };
  return createNumberPlaces({ context, environment: 'production', cloud, random: Math.random });
}

/** As a socket hands them out. */
const inChunks = (table: Buffer): Readable =>
  Readable.from(
    Array.from({ length: Math.ceil(table.length / 65_536) }, (_, n) => table.subarray(n * 65_536, (n + 1) * 65_536)),
  );

function ask(feature: NumberPlacesFeature): Figure {
  const took: number[] = [];
  let known = 0;
  for (let n = 0; n < questions; n += 1) {
    // Far apart, and back and forth.
    const number = `+86${firstHead + ((n * 7919) % rows)}${String(n % 10_000).padStart(4, '0')}`;
    const from = performance.now();
    if (feature.placeOf(number)) known += 1;
    took.push((performance.now() - from) * 1000);
  }
  if (known !== questions) throw new Error(`${questions - known} heads were not found`);
  const [p50, p95] = [percentile(took, 0.5), percentile(took, 0.95)];
  console.error(`number-places: a question takes ${p50.toFixed(2)} µs, p95 ${p95.toFixed(2)} µs`);
  return { name: 'number-places-question', value: p95, unit: 'µs', bar: 20 };
}
