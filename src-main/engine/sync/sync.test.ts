import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SyncState } from '#shared/desk-contract/areas/session.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { testContext, type TestContext } from '../testing/test-context.ts';
import { settle } from './testing/settle.ts';
import { FakeCloud, type Fate } from './testing/fake-cloud.ts';
import { FakeRecordings, openSyncDesk, type SyncDesk } from './testing/sync-desk.ts';

interface World {
  readonly cloud: FakeCloud;
  readonly context: TestContext;
  readonly recordings: FakeRecordings;
  readonly desk: SyncDesk;
  /** Closes the desk and opens the same files again. */
  restart(types?: readonly string[]): SyncDesk;
}

function setUp(types?: readonly string[]): World {
  const cloud = new FakeCloud();
  const context = testContext();
  const recordings = new FakeRecordings();
  const folder = tempFolder();
  const open = (some?: readonly string[]): SyncDesk =>
    openSyncDesk({ folder, context, api: cloud, recordings, ...(some ? { types: some } : {}) });
  let desk = open(types);
  onTestFinished(() => desk.stop());
  return {
    cloud,
    context,
    recordings,
    get desk() {
      return desk;
    },
    restart: (some) => {
      desk.stop();
      desk = open(some);
      return desk;
    },
  };
}

async function pass(context: TestContext, ms: number): Promise<void> {
  context.clock.advance(ms);
  await settle();
}
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no error',
    (error: { code?: unknown }) => error.code,
  );

describe('pushing', () => {
  it('sends a change soon after it was made, and says when all is there', async () => {
    const { cloud, context, desk } = setUp();
    const states: SyncState['state'][] = [];
    desk.sync.service.onState(({ state }) => states.push(state));
    await pass(context, 0);
    desk.change('a');
    await pass(context, 49);
    expect(cloud.seen).toEqual([]);
    expect(desk.sync.service.state).toMatchObject({ state: 'waiting', pendingRows: 1 });
    await pass(context, 1);
    expect(cloud.seen).toEqual([{ id: 'a', rev: 1 }]);
    expect(desk.sync.service.state).toMatchObject({
      state: 'synced',
      pendingRows: 0,
      lastSyncAt: context.clock.now(),
      problem: null,
    });
    expect(states).toContain('syncing');
    expect(desk.outbox.confirmed('a')).toBe(true);
  });

  it('sends the newest state once, however often it changed', async () => {
    const { cloud, desk } = setUp();
    desk.change('a');
    desk.change('b');
    desk.change('a');
    await desk.sync.service.now();
    expect(cloud.seen).toEqual([{ id: 'a', rev: 2 }, { id: 'b', rev: 1 }]); // prettier-ignore
  });

  it('sends the same op again after a lost reply and a kill -9, and the newer state behind it', async () => {
    const world = setUp();
    world.desk.change('a');
    world.cloud.next('reply-lost');
    expect(await codeOf(world.desk.sync.service.now())).toBe('cloud.unreachable');
    world.desk.change('a');
    // One record to a person, two ops on the wire.
    expect(world.desk.outbox.waiting()).toBe(1);
    const desk = world.restart();
    await desk.sync.service.now();
    expect(world.cloud.seen).toEqual([{ id: 'a', rev: 1 }, { id: 'a', rev: 2 }]); // prettier-ignore
    expect(desk.outbox.waiting()).toBe(0);
  });

  it('keeps a rejected change to be seen and lets the others pass, until a newer state is accepted', async () => {
    const { cloud, context, desk } = setUp();
    cloud.rejects = (op) => (op.row.id === 'bad' ? 'access.denied' : null);
    desk.change('bad');
    desk.change('good');
    await desk.sync.service.now();
    expect(cloud.seen).toEqual([{ id: 'good', rev: 1 }]);
    expect(desk.outbox.rejected()).toMatchObject([{ entityId: 'bad', code: 'access.denied' }]);
    expect(desk.outbox.confirmed('bad')).toBe(false);
    expect(desk.sync.service.state).toMatchObject({ state: 'synced', problem: null, refused: 1 });
    expect(desk.sync.service.problems()).toMatchObject([
      { kind: 'call', subject: '+8615400000137', problem: { code: 'access.denied' }, at: context.clock.now() },
    ]);
    cloud.rejects = () => null;
    desk.change('bad');
    await desk.sync.service.now();
    expect(desk.outbox.rejected()).toEqual([]);
    expect(desk.sync.service.state.refused).toBe(0);
  });

  it('is not stopped by a change whose row is gone', async () => {
    const { cloud, desk } = setUp();
    desk.database.write.transaction(() =>
      desk.outbox.enqueue(desk.database.write, { type: 'call.put', entityId: 'ghost' }),
    );
    desk.change('a');
    await desk.sync.service.now();
    expect(cloud.seen).toEqual([{ id: 'a', rev: 1 }]);
    expect(desk.outbox.rejected()).toMatchObject([{ entityId: 'ghost', code: 'not-found' }]);
  });

  it('sends many changes in order, a hundred at a time', async () => {
    const { cloud, desk } = setUp();
    for (let n = 0; n < 250; n += 1) desk.change(`call-${n}`);
    await desk.sync.service.now();
    expect(cloud.applied.map((row) => row.id)).toEqual(Array.from({ length: 250 }, (_, n) => `call-${n}`));
    expect(cloud.requests.filter((name) => name === 'push')).toHaveLength(3);
  });
});

describe('pulling', () => {
  it('takes over pages with their cursor and asks only for what is new', async () => {
    const world = setUp();
    world.cloud.pageSize = 2;
    for (let n = 1; n <= 5; n += 1) world.cloud.change('lead', `lead-${n}`, { n });
    await world.desk.sync.service.now();
    expect([...world.desk.taken('lead').keys()]).toEqual([1, 2, 3, 4, 5].map((n) => `lead-${n}`));
    const desk = world.restart();
    world.cloud.change('lead', 'lead-6', { n: 6 });
    await desk.sync.service.now();
    expect([desk.taken('lead').size, world.cloud.asked]).toEqual([6, [0, 2, 4, 5]]);
  });

  it('keeps what it cannot read and offers it again after an update', async () => {
    const world = setUp(['lead']);
    world.cloud.change('lead', 'strange', 'from the future');
    // As the client hands over an entry that its contract does not know.
    const raw = { seq: 2, type: 'order', id: 'order-1', row: { total: 5 } };
    world.cloud.log.push({ seq: 2, type: 'unreadable', id: 'order-1', raw });
    await world.desk.sync.service.now();
    expect(world.desk.taken('lead').size).toBe(0);
    const desk = world.restart(['lead', 'order']);
    await settle();
    expect(desk.taken('order')).toEqual(new Map([['order-1', { total: 5 }]]));
    world.cloud.change('lead', 'strange', { name: 'now readable' });
    await desk.sync.service.now();
    expect(desk.taken('lead').get('strange')).toEqual({ name: 'now readable' });
    expect(desk.database.read.all('SELECT * FROM deferred_change')).toEqual([]);
  });

  it('pulls another history from zero and forgets what it does not know', async () => {
    const { cloud, desk } = setUp();
    for (let n = 1; n <= 3; n += 1) cloud.change('lead', `lead-${n}`, { n });
    await desk.sync.service.now();
    cloud.epoch = 'two';
    cloud.log.splice(0);
    cloud.change('lead', 'lead-2', { n: 22 });
    await desk.sync.service.now();
    expect(desk.taken('lead')).toEqual(new Map([['lead-2', { n: 22 }]]));
    cloud.change('lead', 'lead-9', { n: 9 });
    await desk.sync.service.now();
    expect([...desk.taken('lead').keys()]).toEqual(['lead-2', 'lead-9']);
  });

  it('refuses a page that would lose changes', async () => {
    const { cloud, desk } = setUp();
    cloud.change('lead', 'lead-1', { n: 1 });
    const honest = cloud.changes.bind(cloud);
    cloud.changes = async (after, limit) => ({ ...(await honest(after, limit)), next: 0, hasMore: true });
    expect(await codeOf(desk.sync.service.now())).toBe('cloud.unreachable');
    expect(desk.sync.service.state.problem?.code).toBe('cloud.refused');
    expect(desk.taken('lead').size).toBe(0);
  });
});

describe('the turns', () => {
  it('come every five seconds while the cloud is there', async () => {
    const { cloud, context } = setUp();
    await pass(context, 0);
    for (let n = 0; n < 3; n += 1) await pass(context, 5000);
    expect(cloud.requests).toEqual(['changes', 'changes', 'changes', 'changes']);
  });

  it('are not far apart after a short outage, however much the person did in it', async () => {
    const { cloud, context, desk } = setUp();
    cloud.next(...Array.from({ length: 20 }, (): Fate => 'request-lost'));
    for (let n = 0; n < 20; n += 1) {
      desk.change(`call-${n}`);
      await desk.sync.service.now().catch(() => undefined);
    }
    await pass(context, 1000);
    expect(desk.sync.service.state).toMatchObject({ state: 'synced', pendingRows: 0 });
  });

  it('come slower and slower while it is away, and catch up when it is back', async () => {
    const { cloud, context, desk } = setUp();
    const lost: Fate[] = Array.from({ length: 12 }, () => 'request-lost');
    cloud.next(...lost);
    desk.change('a');
    await pass(context, 0);
    expect(desk.sync.service.state).toMatchObject({
      state: 'offline',
      pendingRows: 1,
      problem: { code: 'cloud.unreachable' },
    });
    // Half of the doubled step each (random = 0.5): 1, 2, 4 … s, at most 150 s.
    const gaps: number[] = [];
    for (let n = 0; n < 11; n += 1) {
      const before = cloud.requests.length;
      let waited = 0;
      while (cloud.requests.length === before) {
        await pass(context, 500);
        waited += 500;
      }
      gaps.push(waited);
    }
    expect(gaps).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 150_000, 150_000, 150_000]);
    desk.sync.service.wake();
    await pass(context, 0);
    expect(desk.sync.service.state).toMatchObject({ state: 'synced', pendingRows: 0, problem: null });
    expect(cloud.seen).toEqual([{ id: 'a', rev: 1 }]);
  });

  it('honour Retry-After, except when the person asks', async () => {
    const { cloud, context, desk } = setUp();
    cloud.next({ code: 'rate.limited', retryAfterMs: 30_000 });
    await pass(context, 0);
    desk.change('a');
    desk.sync.service.wake();
    await pass(context, 29_999);
    expect(cloud.requests).toHaveLength(1);
    await pass(context, 1);
    expect(cloud.applied).toHaveLength(1);
    cloud.next({ code: 'rate.limited', retryAfterMs: 30_000 });
    await codeOf(desk.sync.service.now());
    await desk.sync.service.now();
    expect(desk.sync.service.state.state).toBe('synced');
  });

  it('are not disturbed by a wall clock that jumps', async () => {
    const { cloud, context } = setUp();
    await pass(context, 0);
    context.clock.jumpWall(-86_400_000);
    await pass(context, 5000);
    context.clock.jumpWall(7 * 86_400_000);
    await pass(context, 5000);
    expect(cloud.requests).toHaveLength(3);
  });

  it('rest when the session has expired, lose nothing and say so', async () => {
    const { cloud, context, desk } = setUp();
    let expired = 0;
    desk.sync.service.onSessionExpired(() => (expired += 1));
    cloud.next({ code: 'auth.expired' });
    desk.change('a');
    await pass(context, 200);
    await pass(context, 3_600_000);
    expect(cloud.requests).toHaveLength(1);
    expect(expired).toBe(1);
    expect(desk.sync.service.state).toMatchObject({
      state: 'signed-out',
      pendingRows: 1,
      problem: { code: 'auth.expired' },
    });
    expect(await codeOf(desk.sync.service.now())).toBe('auth.required');
  });

  it('stop with the desk', async () => {
    const { cloud, context, desk } = setUp();
    await pass(context, 0);
    desk.sync.dispose();
    await pass(context, 60_000);
    expect(cloud.requests).toHaveLength(1);
  });
});

describe('recordings', () => {
  it('go up one after the other once the rows are there, and again after a cut', async () => {
    const { cloud, context, desk, recordings } = setUp();
    recordings.waiting = ['r1', 'r2'];
    desk.change('a');
    cloud.next('fine', 'fine', 'request-lost');
    await pass(context, 0);
    expect(cloud.requests).toEqual(['push', 'changes', 'upload']);
    expect(desk.sync.service.state).toMatchObject({ state: 'waiting', pendingRecordings: 2 });
    await pass(context, 5000);
    expect(cloud.uploaded).toEqual(['r1', 'r2']);
    expect(desk.sync.service.state).toMatchObject({ state: 'synced', pendingRecordings: 0 });
  });

  it('wait as long as the cloud asks', async () => {
    const { cloud, context, recordings } = setUp();
    recordings.waiting = ['r1'];
    cloud.next('fine', { code: 'rate.limited', retryAfterMs: 30_000 });
    await pass(context, 0);
    for (let turn = 1; turn < 6; turn += 1) await pass(context, 5000);
    expect(cloud.requests.filter((name) => name === 'upload')).toHaveLength(1);
    await pass(context, 5000);
    expect(cloud.uploaded).toEqual(['r1']);
  });

  it('wait until the cloud knows their call', async () => {
    const { cloud, context, desk, recordings } = setUp();
    recordings.waiting = ['a'];
    const honest = cloud.changes.bind(cloud);
    // The call is written while the turn that will start the upload is already past its push.
    cloud.changes = (after, limit) => {
      if (cloud.requests.length === 0) desk.change('a');
      return honest(after, limit);
    };
    await pass(context, 0);
    expect(cloud.requests).toEqual(['changes']);
    await pass(context, 5000);
    expect(cloud.requests.slice(0, 4)).toEqual(['changes', 'push', 'changes', 'upload']);
    expect(cloud.uploaded).toEqual(['a']);
  });

  it('are given up when the cloud refuses them for good, damaged ones after three tries', async () => {
    const { cloud, context, recordings } = setUp();
    recordings.waiting = ['r1', 'r2', 'r3'];
    cloud.next('fine', { code: 'not-found' }, { code: 'recording.damaged' });
    await pass(context, 0);
    for (let n = 0; n < 2; n += 1) {
      cloud.next('fine', { code: 'recording.damaged' });
      await pass(context, 10_000);
    }
    await pass(context, 0);
    expect(recordings.given).toEqual([{ id: 'r1', code: 'not-found' }, { id: 'r2', code: 'recording.damaged' }]); // prettier-ignore
    expect(cloud.uploaded).toEqual(['r3']);
  });
});

describe('whatever happens', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('change' as const), call: fc.nat({ max: 4 }) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('sync' as const), fates: fc.array(fc.constantFrom<Fate>('fine', 'request-lost', 'reply-lost'), { maxLength: 3 }) }) }, // prettier-ignore
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  );

  it('the cloud ends with exactly the states of the desk, none of them applied twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const world = setUp();
        for (const action of steps) {
          if (action.do === 'change') world.desk.change(`call-${action.call}`);
          else if (action.do === 'restart') world.restart();
          else {
            world.cloud.next(...action.fates);
            await codeOf(world.desk.sync.service.now());
          }
        }
        world.cloud.next();
        await world.desk.sync.service.now();
        const history = new Map<string, number[]>();
        for (const row of world.cloud.applied) {
          const revs = history.get(row.id) ?? [];
          history.set(row.id, [...revs, row.rev]);
        }
        const last = Object.fromEntries([...history].map(([id, revs]) => [id, revs.at(-1)]));
        expect(last).toEqual(world.desk.revs());
        for (const revs of history.values()) expect([...new Set(revs)].sort((a, b) => a - b)).toEqual(revs);
        expect(world.desk.outbox.waiting()).toBe(0);
        world.desk.stop();
      }),
      { numRuns: 40 },
    );
  }, 180_000);
});
