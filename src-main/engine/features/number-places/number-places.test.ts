import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import { numberHeads } from '#shared/cloud-contract/contract.ts';
import { createAbort } from '#shared/desk-contract/abort.ts';
import { writeNumberHeads } from '#shared/domain/number-heads-writer.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { testContext, type TestContext } from '../../testing/test-context.ts';
import { createNumberPlaces, type NumberPlacesFeature } from './index.ts';

const hourMs = 3_600_000;
const number = '+8613400000137';
const peer = { peer: { kind: 'in-process', id: 'test' }, signal: createAbort().signal } as const;

/** One head, in a city of that name. */
const tableOf = (city: string): Buffer =>
  Buffer.from(
    writeNumberHeads('2502', [
      { from: 1_340_000, to: 1_340_000, province: '示例省', city, postcode: '', areaCode: '', kind: 2 },
    ]),
  );
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A cloud with a table, or without one. */
class Cloud {
  table: Buffer | null = null;
  /** What it sends in its place. */
  sends: ((table: Buffer) => Readable) | null = null;
  refusal: AppError | null = null;
  asked = 0;
  fetched = 0;

  call(): Promise<never> {
    this.asked += 1;
    if (this.refusal) return Promise.reject(this.refusal);
    const { table } = this;
    const file = table && { sha256: hashOf(table), bytes: table.length, version: '2502', rows: 1 };
    return Promise.resolve(numberHeads.reply.parse({ file }) as never);
  }

  open(): Promise<Readable> {
    this.fetched += 1;
    const { table } = this;
    if (!table) return Promise.reject(new AppError('not-found'));
    return Promise.resolve(this.sends?.(table) ?? Readable.from([table.subarray(0, 20), table.subarray(20)]));
  }
}

let context: TestContext;
let cloud: Cloud;
let feature: NumberPlacesFeature;
beforeEach(() => {
  context = testContext(tempFolder());
  cloud = new Cloud();
});

function open(environment: 'production' | 'demo' = 'production'): NumberPlacesFeature {
  feature = createNumberPlaces({ context, environment, cloud, random: () => 0.5 });
  const opened = feature;
  onTestFinished(() => opened.dispose());
  return feature;
}
const folder = (): string => join(context.dataDir, 'number-heads');
const files = (): string[] => (existsSync(folder()) ? readdirSync(folder()).sort() : []);
const cityOf = (one: string): string | undefined => feature.placeOf(one)?.city;
/** Files and streams are real: what is waited for comes when it comes. */
const until = (what: () => boolean): Promise<void> =>
  expect.poll(what, { timeout: 5000, interval: 5 }).toBe(true) as Promise<void>;
const inUse = (city: string): Promise<void> => until(() => cityOf(number) === city);
/** What is ready runs. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const failures = (): number => context.logLines.filter((line) => line.includes('fetch-failed')).length;
/** A table that an earlier start has kept. */
function keep(bytes: Uint8Array, name = hashOf(bytes)): void {
  mkdirSync(folder(), { recursive: true });
  writeFileSync(join(folder(), `${name}.dat`), bytes);
}

describe('places of numbers', () => {
  it('in the demo are those of the sample and of landlines, whatever the desk has of a company’s', async () => {
    keep(tableOf('示例市'));
    const demo = open('demo');
    const ofDemo = cloud;
    // A desk of a company that is opened behind it has asked by now.
    cloud = new Cloud();
    open();
    await until(() => cloud.asked > 0);
    expect(ofDemo.asked).toBe(0);
    feature = demo;
    expect(feature.placeOf('15400000137')).toMatchObject({ city: '示例市', operator: 'china-mobile' });
    expect(feature.placeOf('0571-88880000')).toMatchObject({ city: '杭州', source: 'area-code' });
    expect(feature.placeOf(number)).toBeNull();
    expect(await feature.handlers['numberPlaces.typed']({ typed: '0571' }, peer)).toMatchObject({ place: { city: '杭州' } }); // prettier-ignore
    expect(
      await feature.handlers['numberPlaces.find']({ numbers: ['4008880000', '15450000137', 'x'] }, peer),
    ).toMatchObject({ places: [null, { city: '示例东市' }, null] });
  });

  it('come from the cloud’s table as soon as it is here, and windows are told', async () => {
    cloud.table = tableOf('示例市');
    open();
    const items: unknown[] = [];
    const sink = { item: (item: unknown) => void items.push(item), fail: () => undefined };
    onTestFinished(feature.sources['numberPlaces.state'](null, sink, { peer: peer.peer, after: undefined }));
    await inUse('示例市');
    expect(items).toEqual([
      { rev: 1, table: null },
      { rev: 2, table: { version: '2502', rows: 1 } },
    ]);
    expect(files()).toEqual([`${hashOf(cloud.table)}.dat`]);
    // What the table lacks the sample and the area codes know.
    expect(cityOf('15400000137')).toBe('示例市');
    expect(cityOf('02988880000')).toBe('西安、咸阳');
  });

  it('are asked for by their hash every few hours, and the table is fetched when it is another one', async () => {
    cloud.table = tableOf('示例市');
    open();
    await inUse('示例市');
    await settled();
    context.clock.advance(4 * hourMs);
    expect(cloud.asked).toBe(1);
    context.clock.advance(hourMs);
    await until(() => cloud.asked === 2);
    expect(cloud.fetched).toBe(1);
    const old = cloud.table;
    cloud.table = tableOf('示例东市');
    await settled();
    context.clock.advance(5 * hourMs);
    await inUse('示例东市');
    expect(files()).toEqual([`${hashOf(cloud.table)}.dat`]);
    expect(files()).not.toContain(`${hashOf(old)}.dat`);
  });

  it('go on from the desk’s own file while the cloud is away, and it is asked again soon', async () => {
    keep(tableOf('示例市'));
    cloud.refusal = new AppError('cloud.unreachable');
    cloud.table = tableOf('示例西市');
    open();
    await inUse('示例市');
    await until(() => failures() === 1);
    cloud.refusal = null;
    context.clock.advance(10_000);
    await inUse('示例西市');
  });

  it('stay with a cloud of before, which does not know the question', async () => {
    keep(tableOf('示例市'));
    cloud.refusal = new AppError('not-found');
    open();
    await until(() => cloud.asked === 1);
    await settled();
    expect([cityOf(number), failures(), files().length]).toEqual(['示例市', 0, 1]);
  });

  it('are given up when the cloud says that it has no table any more', async () => {
    keep(tableOf('示例市'));
    open();
    await until(() => files().length === 0);
    expect(cityOf(number)).toBeUndefined();
    expect(cityOf('15400000137')).toBe('示例市');
  });
});

describe('a table on its way', () => {
  const bad: [string, (table: Buffer) => Readable, string][] = [
    ['another one than was promised', () => Readable.from([tableOf('示例东市')]), 'number-heads: hash'],
    ['a cut one', (table) => Readable.from([table.subarray(0, -9)]), 'number-heads: hash'],
    ['one that breaks off', breaksOff, 'cut'],
  ];
  function breaksOff(table: Buffer): Readable {
    return Readable.from(
      (function* () {
        yield table.subarray(0, 20);
        throw new Error('cut');
      })(),
    );
  }

  it.each(bad)('%s leaves the last good one where it is', async (_what, sends, reason) => {
    const good = tableOf('示例市');
    keep(good);
    cloud.table = tableOf('示例西市');
    cloud.sends = sends;
    open();
    await until(() => failures() === 1);
    expect(context.logLines.some((line) => line.includes(reason))).toBe(true);
    expect(cityOf(number)).toBe('示例市');
    expect(files()).toEqual([`${hashOf(good)}.dat`]);
  });

  it('one with the right hash and a wrong row is not taken either, nor fetched again within the hour', async () => {
    const wrong = writeNumberHeads('2502', [
      { from: 1_340_000, to: 1_340_001, province: '示例省', city: '示例市', postcode: '', areaCode: '', kind: 1 },
      { from: 1_339_999, to: 1_339_999, province: '示例省', city: '示例市', postcode: '', areaCode: '', kind: 1 },
    ]);
    keep(tableOf('示例东市'));
    cloud.table = Buffer.from(wrong);
    open();
    await until(() => failures() === 1);
    expect(context.logLines.some((line) => line.includes('row 3: the head does not follow'))).toBe(true);
    expect([cityOf(number), files().length]).toEqual(['示例东市', 1]);
    context.clock.advance(hourMs);
    expect(cloud.asked).toBe(1);
  });

  it('that says nothing for 20 s is given up', async () => {
    cloud.table = tableOf('示例市');
    const silent = new Readable({ read: () => undefined });
    cloud.sends = () => silent;
    open();
    await until(() => cloud.fetched === 1 && silent.listenerCount('readable') + silent.listenerCount('data') > 0);
    context.clock.advance(20_000);
    await until(() => failures() === 1);
    expect(context.logLines.some((line) => line.includes('silence'))).toBe(true);
  });

  it('is given up at the end of the session, and leaves nothing half', async () => {
    cloud.table = tableOf('示例市');
    const silent = new Readable({ read: () => undefined });
    cloud.sends = () => silent;
    open();
    await until(() => files().some((name) => name.endsWith('.part')));
    feature.dispose();
    await until(() => silent.destroyed && files().length === 0);
    expect(failures()).toBe(0);
  });
});

describe('what lies on the desk', () => {
  it('is not believed when it is not what its name says: the one before it is, and the cloud is asked', async () => {
    const good = tableOf('示例市');
    keep(good);
    utimesSync(join(folder(), `${hashOf(good)}.dat`), 1000, 1000);
    keep(tableOf('示例东市').fill(0, 40), hashOf(tableOf('示例东市')));
    writeFileSync(join(folder(), 'notes.txt'), 'x');
    cloud.refusal = new AppError('cloud.unreachable');
    open();
    await inUse('示例市');
  });

  it('a cut in the middle of a fetch leaves a part that the next table takes away', async () => {
    mkdirSync(folder(), { recursive: true });
    writeFileSync(join(folder(), `${'a'.repeat(64)}.part`), 'half');
    cloud.table = tableOf('示例市');
    open();
    await inUse('示例市');
    await until(() => files().length === 1);
    expect(readFileSync(join(folder(), files()[0] ?? '')).equals(cloud.table)).toBe(true);
  });
});
