import { describe, expect, it, onTestFinished } from 'vitest';
import type { SyncReading, SyncState } from '#shared/desk-contract/areas/session.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { testContext } from '../testing/test-context.ts';
import { FakeCloud } from './testing/fake-cloud.ts';
import { openSyncDesk, type SyncDesk } from './testing/sync-desk.ts';

interface World {
  readonly cloud: FakeCloud;
  readonly desk: SyncDesk;
  /** What windows were told, without what was said before. */
  told(): SyncState[];
  readings(): (SyncReading | null)[];
  restart(): void;
  sync(): Promise<void>;
}

/** A desk that has nothing yet, and a cloud with so many leads whose pages take as long as windows wait for news. */
function setUp(leads: number): World {
  const cloud = new FakeCloud();
  cloud.pageSize = 100;
  addLeads(cloud, leads);
  const context = testContext();
  const folder = tempFolder();
  const honest = cloud.changesAsSent.bind(cloud);
  cloud.changesAsSent = async (after, limit) => {
    // Asked for ahead: the page before it is taken over meanwhile.
    await new Promise((resolve) => setImmediate(resolve));
    context.clock.advance(250);
    return honest(after, limit);
  };
  let states: SyncState[] = [];
  const open = (): SyncDesk => {
    const opened = openSyncDesk({ folder, context, api: cloud });
    opened.sync.service.onState((state) => states.push(state));
    return opened;
  };
  let desk = open();
  onTestFinished(() => desk.stop());
  const told = (): SyncState[] => states.splice(0);
  return {
    cloud,
    get desk() {
      return desk;
    },
    told,
    readings: () => told().map(({ reading }) => reading),
    restart() {
      desk.stop();
      states = [];
      desk = open();
    },
    sync: () => desk.sync.service.now().catch(() => undefined),
  };
}

function addLeads(cloud: FakeCloud, count: number): void {
  for (let n = 0; n < count; n += 1) cloud.change('lead', `lead-${cloud.log.length + 1}`, {});
}
const shares = (readings: readonly (SyncReading | null)[]): (number | null)[] =>
  readings.flatMap((reading) => (reading ? [reading.share] : []));

describe('how far a first pull is', () => {
  it('is told page by page, until everything is there', async () => {
    const world = setUp(400);
    expect(world.desk.sync.service.state).toMatchObject({
      state: 'waiting',
      reading: { first: true, rows: 0, share: null },
    });
    await world.sync();
    const told = world.told();
    expect(told.map(({ state, reading }) => [state, reading?.rows, reading?.share])).toEqual([
      ['syncing', 0, null],
      ['syncing', 100, 0.25],
      ['syncing', 200, 0.5],
      ['syncing', 300, 0.75],
      ['synced', undefined, undefined],
    ]);
    expect(world.desk.taken('lead').size).toBe(400);
  });

  it('does not go back while the company goes on working', async () => {
    const world = setUp(400);
    const honest = world.cloud.changesAsSent;
    world.cloud.changesAsSent = (after, limit) => {
      if (after === 200) addLeads(world.cloud, 800);
      return honest(after, limit);
    };
    await world.sync();
    const seen = shares(world.readings());
    expect(seen).toEqual([null, 0.25, 0.5, 0.5, 0.5, 0.5, 0.5, ...[7, 8, 9, 10, 11].map((twelfths) => twelfths / 12)]);
  });

  it('stays where it was through a cut and a restart', async () => {
    const world = setUp(400);
    world.cloud.next('fine', 'fine', 'request-lost');
    await world.sync();
    expect(world.told().at(-1)).toMatchObject({ state: 'offline', reading: { first: true, rows: 200, share: 0.5 } });
    world.restart();
    world.cloud.next('request-lost');
    await world.sync();
    expect(world.told().at(-1)).toMatchObject({ state: 'offline', reading: { first: true, rows: 200, share: 0.5 } });
    await world.sync();
    // A page has come, so the cloud is there again, though the turn is not over.
    expect(world.told()).toMatchObject([
      { state: 'syncing', problem: null, reading: { rows: 300, share: 0.75 } },
      { state: 'synced', reading: null },
    ]);
  });

  it('begins anew with another history', async () => {
    const world = setUp(400);
    world.cloud.next('fine', 'fine', 'request-lost');
    await world.sync();
    world.cloud.epoch = 'two';
    world.told();
    await world.sync();
    expect(world.readings()).toEqual([
      { first: true, rows: 0, share: null },
      { first: true, rows: 100, share: 0.25 },
      { first: true, rows: 200, share: 0.5 },
      { first: true, rows: 300, share: 0.75 },
      null,
    ]);
  });

  it('is a count of rows where the cloud does not say how many there are', async () => {
    const world = setUp(250);
    world.cloud.tellsHead = false;
    await world.sync();
    expect(world.readings()).toEqual([
      { first: true, rows: 0, share: null },
      { first: true, rows: 100, share: null },
      { first: true, rows: 200, share: null },
      null,
    ]);
  });
});

describe('how far a later pull is', () => {
  it('is not told: changes come in pages too, and what is there is in use', async () => {
    const world = setUp(50);
    await world.sync();
    world.told();
    addLeads(world.cloud, 400);
    await world.sync();
    expect(world.desk.taken('lead').size).toBe(450);
    expect(world.readings().filter((reading) => reading !== null)).toEqual([]);
  });

  it('is told while another history is read beside what is in use', async () => {
    const world = setUp(200);
    await world.sync();
    world.told();
    world.cloud.epoch = 'two';
    await world.sync();
    expect(world.readings()).toEqual([
      { first: false, rows: 0, share: null },
      { first: false, rows: 100, share: 0.5 },
      null,
    ]);
  });
});
