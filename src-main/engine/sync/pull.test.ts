import { describe, expect, it, onTestFinished } from 'vitest';
import { createKeyValueStore } from '../database/key-value.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { testContext, type TestContext } from '../testing/test-context.ts';
import { FakeCloud } from './testing/fake-cloud.ts';
import { openSyncDesk, type SyncDesk } from './testing/sync-desk.ts';

interface World {
  readonly cloud: FakeCloud;
  readonly context: TestContext;
  readonly desk: SyncDesk;
  restart(): SyncDesk;
  /** Syncs; null or the code of what went wrong. */
  sync(): Promise<string | null>;
  leads(): string[];
  /** A small fact in the desk's database. */
  fact(key: string): string | undefined;
  warnings(event: string): Record<string, unknown>[];
}

/** A desk that has the cloud's history, without anything in it; then come so many leads. */
async function setUp(leads = 0): Promise<World> {
  const cloud = new FakeCloud();
  const context = testContext();
  const folder = tempFolder();
  let desk = openSyncDesk({ folder, context, api: cloud });
  onTestFinished(() => desk.stop());
  await desk.sync.service.now();
  cloud.asked.splice(0);
  addLeads(cloud, leads);
  return {
    cloud,
    context,
    get desk() {
      return desk;
    },
    restart() {
      desk.stop();
      return (desk = openSyncDesk({ folder, context, api: cloud }));
    },
    sync: () =>
      desk.sync.service.now().then(
        () => null,
        () => desk.sync.service.state.problem?.code ?? 'none',
      ),
    leads: () => [...desk.taken('lead').keys()],
    fact: (key) => createKeyValueStore(desk.database.write).get(key),
    warnings: (event) =>
      context.logLines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line['event'] === event),
  }; // prettier-ignore
}

function addLeads(cloud: FakeCloud, count: number): void {
  for (let n = 0; n < count; n += 1) cloud.change('lead', `lead-${cloud.log.length + 1}`, { n: cloud.log.length + 1 });
}
const upTo = (last: number): string[] => Array.from({ length: last }, (_, index) => `lead-${index + 1}`);

describe('a page', () => {
  it('is taken over in slices, each with its cursor: what breaks undoes one, and nothing is asked for twice', async () => {
    const world = await setUp(400);
    world.cloud.change('lead', 'bad', 'poison');
    expect(await world.sync()).not.toBeNull();
    expect(world.fact('sync.cursor')).toBe('256');
    world.cloud.log[400] = { seq: 401, type: 'lead', id: 'good', row: {} };
    world.restart();
    expect(await world.sync()).toBeNull();
    expect(world.cloud.asked.at(-1)).toBe(256);
    expect(world.leads()).toEqual([...upTo(400), 'good']);
    expect(world.fact('sync.cursor')).toBe('401');
  });

  it('is left between two slices when the desk closes', async () => {
    const world = await setUp(400);
    const waiting = world.sync();
    const taken = world.desk.taken;
    while (taken('lead').size !== 256) await new Promise((resolve) => setImmediate(resolve));
    world.restart();
    // Whoever waited for it is not left waiting.
    await waiting;
    expect(world.leads()).toHaveLength(256);
    await world.sync();
    expect(world.leads()).toEqual(upTo(400));
  });

  it('is fetched while the one before it is taken over', async () => {
    const world = await setUp(1000);
    const seen: number[] = [];
    const honest = world.cloud.changes.bind(world.cloud);
    world.cloud.changes = (after, limit) => {
      seen.push(world.leads().length);
      return honest(after, limit);
    };
    await world.sync();
    expect([world.cloud.asked, seen]).toEqual([[0, 500], [0, 0]]); // prettier-ignore
    expect(world.leads()).toEqual(upTo(1000));
  });

  it('asks for fewer rows where rows are long', async () => {
    const world = await setUp(1000);
    const limits: number[] = [];
    const honest = world.cloud.changes.bind(world.cloud);
    world.cloud.changes = async (after, limit) => {
      limits.push(limit);
      const page = await honest(after, limit);
      return { ...page, bytes: page.changes.length * 2048 };
    };
    await world.sync();
    expect(limits).toEqual([500, 128, 128, 128, 128]);
    expect(world.leads()).toEqual(upTo(1000));
  });

  it('that goes back, or repeats a number, is refused', async () => {
    const world = await setUp(3);
    world.cloud.log[2] = { seq: 2, type: 'lead', id: 'lead-3', row: {} };
    expect(await world.sync()).toBe('cloud.refused');
    expect(world.leads()).toEqual([]);
  });
});

describe('a number that the cloud neither shows nor hides', () => {
  it('is asked for once more', async () => {
    const world = await setUp(5);
    world.cloud.loses = (seq) => seq === 3 && world.cloud.asked.length === 1;
    expect(await world.sync()).toBeNull();
    expect([world.leads(), world.cloud.asked, world.warnings('sync.gap')]).toEqual([upTo(5), [0, 0], []]);
  });

  it('makes the desk read everything anew, with a warning', async () => {
    const world = await setUp(3);
    await world.sync();
    addLeads(world.cloud, 3);
    world.cloud.loses = (seq, after) => seq === 5 && after === 3;
    expect(await world.sync()).toBeNull();
    expect(world.leads()).toEqual(upTo(6));
    expect(world.cloud.asked).toEqual([0, 3, 3, 0]);
    expect(world.warnings('sync.gap')).toMatchObject([{ level: 'warn', after: 3, next: 6, missing: 1, gaps: 1 }]);
    expect([world.fact('sync.gaps'), world.fact('sync.holed'), world.fact('sync.cursor')]).toEqual(['1', undefined, '6']);
  }); // prettier-ignore

  it('that is lost for good takes no row away, and is not looked for again', async () => {
    const world = await setUp(3);
    await world.sync();
    addLeads(world.cloud, 1);
    // From now on the cloud's own table lacks lead-2, which this desk has, and lead-4.
    world.cloud.loses = (seq) => seq === 2 || seq === 4;
    expect(await world.sync()).toBeNull();
    expect(world.leads().toSorted()).toEqual(upTo(3));
    expect(world.fact('sync.gaps')).toBe('2');
    world.cloud.asked.splice(0);
    expect(await world.sync()).toBeNull();
    expect(world.cloud.asked).toEqual([4]);
  });

  it('of a cloud that always counts wrong costs one reading in an hour', async () => {
    const world = await setUp(3);
    world.cloud.loses = (seq, after) => seq > 3 && after > 0 && seq === after + 1;
    await world.sync();
    for (let n = 0; n < 3; n += 1) {
      addLeads(world.cloud, 2);
      await world.sync();
    }
    expect(world.cloud.asked.filter((after) => after === 0)).toHaveLength(2);
    expect(world.warnings('sync.gap')).toHaveLength(3);
    // Once it is allowed again, also after a restart, nothing is missing.
    world.restart();
    await world.sync();
    expect(world.leads()).toEqual(upTo(9));
  });

  it('is nothing to a cloud that does not count yet', async () => {
    const world = await setUp(5);
    Object.assign(world.cloud, { counts: false, loses: (seq: number) => seq === 3 });
    expect(await world.sync()).toBeNull();
    expect([world.leads().length, world.cloud.asked, world.fact('sync.gaps')]).toEqual([4, [0], undefined]);
  });
});

describe('reading everything anew', () => {
  it('goes on where a cut ended it, and takes away what the new history does not know', async () => {
    const world = await setUp(1200);
    await world.sync();
    world.cloud.epoch = 'two';
    world.cloud.log.splice(1100);
    world.cloud.asked.splice(0);
    world.cloud.next('fine', 'fine', 'fine', 'request-lost');
    expect(await world.sync()).toBe('cloud.unreachable');
    expect(await world.sync()).toBeNull();
    // The first says that the history is another one; the fourth was lost.
    expect(world.cloud.asked).toEqual([1200, 0, 500, 1000, 1000]);
    expect(world.leads()).toEqual(upTo(1100));
  });

  it('begins again when the history changes meanwhile', async () => {
    const world = await setUp(600);
    await world.sync();
    world.cloud.epoch = 'two';
    const honest = world.cloud.changes.bind(world.cloud);
    world.cloud.changes = (after, limit) => {
      if (after === 500) world.cloud.epoch = 'three';
      return honest(after, limit);
    };
    expect(await world.sync()).toBe('cloud.refused');
    world.cloud.changes = honest;
    expect(await world.sync()).toBeNull();
    expect(world.fact('sync.epoch')).toBe('three');
    expect(world.leads()).toEqual(upTo(600));
  });
});

describe('a cloud that has taken entries away', () => {
  it('is read on where it counts them, also in the midst of them', async () => {
    const world = await setUp(10);
    for (const seq of [2, 3, 4, 7]) world.cloud.pruned.add(seq);
    world.cloud.pageSize = 2;
    expect(await world.sync()).toBeNull();
    expect(world.leads()).toEqual([1, 5, 6, 8, 9, 10].map((n) => `lead-${n}`));
    expect([world.fact('sync.gaps'), world.warnings('sync.resync').length]).toEqual([undefined, 0]);
  });

  it('is read anew by a desk that has missed deletions, once, with what it was to send', async () => {
    const world = await setUp(6);
    await world.sync();
    // While the desk was away 3 was deleted by 7, and both are told no more.
    addLeads(world.cloud, 3);
    world.cloud.pruned.add(3).add(7);
    world.cloud.floor = 7;
    world.cloud.asked.splice(0);
    world.cloud.next('request-lost');
    world.desk.change('call-1');
    expect(await world.sync()).toBe('cloud.unreachable');
    expect(await world.sync()).toBeNull();
    expect(world.leads()).toEqual([1, 2, 4, 5, 6, 8, 9].map((n) => `lead-${n}`));
    expect(world.cloud.seen).toEqual([{ id: 'call-1', rev: 1 }]);
    expect(world.warnings('sync.resync')).toHaveLength(1);
    await world.sync();
    expect(world.cloud.asked.filter((after) => after === 0)).toHaveLength(1);
    expect(world.fact('sync.gaps')).toBeUndefined();
  });

  it('is no concern of a desk that has read as far as that', async () => {
    const world = await setUp(6);
    await world.sync();
    world.cloud.floor = 6;
    addLeads(world.cloud, 1);
    world.cloud.asked.splice(0);
    await world.sync();
    expect([world.leads(), world.cloud.asked]).toEqual([upTo(7), [6]]);
  });

  it('lets a reading from zero go on below the floor, and has it begin again when the floor passes it', async () => {
    const world = await setUp(6);
    await world.sync();
    Object.assign(world.cloud, { epoch: 'two', floor: 5, pageSize: 2 });
    world.cloud.asked.splice(0);
    expect(await world.sync()).toBeNull();
    expect(world.cloud.asked).toEqual([6, 0, 2, 4]);

    Object.assign(world.cloud, { epoch: 'three' });
    world.cloud.asked.splice(0);
    world.cloud.next('fine', 'fine', 'fine', 'request-lost');
    expect(await world.sync()).toBe('cloud.unreachable');
    // Between two runs: 1 was read already, and its deletion by 5 is not told any more.
    world.cloud.pruned.add(1).add(5);
    world.cloud.floor = 5;
    world.cloud.next();
    expect(await world.sync()).toBeNull();
    addLeads(world.cloud, 4);
    Object.assign(world.cloud, { epoch: 'four' });
    world.cloud.next('fine', 'fine', 'fine', 'request-lost');
    expect(await world.sync()).toBe('cloud.unreachable');
    world.cloud.pruned.add(2).add(9);
    world.cloud.floor = 9;
    world.cloud.asked.splice(0);
    world.restart();
    expect(await world.sync()).toBeNull();
    expect(world.cloud.asked.filter((after) => after === 0)).toHaveLength(1);
    expect(world.leads()).toEqual([3, 4, 6, 7, 8, 10].map((n) => `lead-${n}`));
  });
});

describe('what a restored cloud has lost', () => {
  const ids = Array.from({ length: 70 }, (_, n) => `call-${100 + n}`);

  it('is sent again once, but for what it had refused', async () => {
    const world = await setUp();
    const { cloud, desk } = world;
    cloud.rejects = ({ row }) => (row.id === 'call-0' ? 'access.denied' : null);
    for (const id of ['call-0', ...ids]) desk.change(id);
    expect(await world.sync()).toBeNull();
    expect(cloud.seen.map(({ id }) => id)).toEqual(ids);
    cloud.epoch = 'two';
    cloud.log.splice(30);
    cloud.applied.splice(0);
    // The first finds out what is lacking, the second sends what the first may have left to it.
    expect([await world.sync(), await world.sync()]).toEqual([null, null]);
    expect(cloud.seen).toEqual(ids.slice(30).map((id) => ({ id, rev: 1 })));
    expect([desk.outbox.waiting(), desk.outbox.refused()]).toEqual([0, 1]);
  });

  it('is not judged by a history that lacks numbers', async () => {
    const world = await setUp();
    const { cloud, desk } = world;
    for (const id of ids) desk.change(id);
    expect(await world.sync()).toBeNull();
    cloud.epoch = 'two';
    cloud.applied.splice(0);
    cloud.loses = (seq) => seq === 3;
    expect([await world.sync(), await world.sync()]).toEqual([null, null]);
    expect(cloud.seen).toEqual([]);
  });
});
