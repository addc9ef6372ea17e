import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import { streamBeatMs } from '#shared/cloud-contract/contract.ts';
import { tempFolder } from '../testing/temp-folder.ts';
import { testContext, type TestContext } from '../testing/test-context.ts';
import { FakeCloud } from './testing/fake-cloud.ts';
import { settle } from './testing/settle.ts';
import { openSyncDesk, type SyncDesk } from './testing/sync-desk.ts';

// A desk whose random is 0.5: it asks by itself every three minutes while it is told, every 5 s while it is not.

let cloud: FakeCloud;
let context: TestContext;
let desk: SyncDesk;

beforeEach(() => {
  cloud = new FakeCloud();
  context = testContext();
});

async function pass(ms: number): Promise<void> {
  context.clock.advance(ms);
  await settle();
}

/** Opens the desk and lets it come in step, with its stream where the cloud offers one. */
async function open(): Promise<void> {
  desk = openSyncDesk({ folder: tempFolder(), context, api: cloud });
  onTestFinished(() => desk.stop());
  await pass(0);
  await pass(0);
}

/** Time goes on, and the stream beats. */
async function beating(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= streamBeatMs) {
    await pass(Math.min(left, streamBeatMs));
    cloud.stream.listener.onBeat();
  }
}

const leads = (): string[] => [...desk.taken('lead').keys()];
const count = (name: string): number => cloud.requests.filter((one) => one === name).length;

describe('a desk that is told', () => {
  beforeEach(async () => {
    cloud.offerStreams();
    await open();
    // The turn that had its time before the stream was there.
    await beating(5000);
  });

  it('takes a change over at once', async () => {
    cloud.changeAndTell('lead', 'a', { n: 1 });
    await pass(0);
    expect(leads()).toEqual(['a']);
  });

  it('asks by itself now and then only, and finds what it was not told of', async () => {
    const before = count('changes');
    cloud.change('lead', 'a', { n: 1 });
    await beating(174_000);
    expect([count('changes'), leads()]).toEqual([before, []]);
    await beating(1000);
    expect([count('changes'), leads()]).toEqual([before + 1, ['a']]);
  });

  it('does not ask behind a push of calls, of which the cloud has nothing more to say', async () => {
    const before = count('changes');
    desk.change('mine');
    await pass(50);
    await pass(1000);
    expect([cloud.seen, count('changes')]).toEqual([[{ id: 'mine', rev: 1 }], before]);
    // Whoever looks at the call sees that the cloud has it.
    expect(desk.touched.at(-1)).toBe('call');
    // What comes from elsewhere is told as ever, and brings what was passed over.
    cloud.changeAndTell('lead', 'a', { n: 1 });
    await pass(0);
    expect([leads(), count('changes')]).toEqual([['a'], before + 1]);
  });

  it('asks behind a push where the cloud has said something else meanwhile, and where it did not take it as it was', async () => {
    const before = count('changes');
    const honest = cloud.push.bind(cloud);
    cloud.push = (ops) => {
      cloud.changeAndTell('lead', 'a', { n: 1 });
      return honest(ops);
    };
    desk.change('mine');
    await pass(50);
    expect([leads(), count('changes')]).toEqual([['a'], before + 1]);
    cloud.push = honest;
    cloud.rejects = () => 'access.denied';
    desk.change('refused');
    await pass(50);
    expect(count('changes')).toBe(before + 2);
  });

  it('asks when a person wants to know', async () => {
    const before = count('changes');
    cloud.change('lead', 'a', { n: 1 });
    await desk.sync.service.now();
    expect([leads(), count('changes')]).toEqual([['a'], before + 1]);
  });

  it('asks again when the news comes while it is asking', async () => {
    const honest = cloud.changes.bind(cloud);
    cloud.changes = async (after, limit) => {
      const page = await honest(after, limit);
      cloud.changes = honest;
      cloud.changeAndTell('lead', 'b', { n: 2 });
      return page;
    };
    cloud.changeAndTell('lead', 'a', { n: 1 });
    await pass(0);
    await pass(0);
    expect(leads()).toEqual(['a', 'b']);
  });

  it('all the time asks five times at once, then thrice in a second, and misses nothing', async () => {
    const before = count('changes');
    for (let n = 0; n < 200; n += 1) {
      cloud.changeAndTell('lead', `lead-${n}`, { n });
      await pass(20);
    }
    const asked = count('changes') - before;
    // 4 s, of which the first 1.5 are paid by the five.
    expect([17, 18, 19]).toContain(asked);
    await pass(1000);
    expect(leads()).toHaveLength(200);
  });

  it('asks as often as ever while something waits here', async () => {
    cloud.next('request-lost');
    desk.change('a');
    await pass(50);
    expect(desk.sync.service.state).toMatchObject({ state: 'offline', pendingRows: 1 });
    await pass(1000);
    expect(cloud.seen).toEqual([{ id: 'a', rev: 1 }]);
  });

  it('stops listening with the desk, and when its session is over', async () => {
    const { stream } = cloud;
    cloud.next({ code: 'auth.expired' });
    cloud.changeAndTell('lead', 'a', { n: 1 });
    await pass(0);
    expect(stream.isOpen).toBe(false);
    await pass(600_000);
    expect(count('watch')).toBe(1);
    desk.sync.service.wake();
    await pass(0);
    await pass(0);
    expect(cloud.stream.isOpen).toBe(true);
    desk.sync.dispose();
    expect(cloud.streams.filter(({ isOpen }) => isOpen)).toEqual([]);
    await pass(600_000);
    expect(count('watch')).toBe(2);
  });
});

describe('a stream that is gone', () => {
  beforeEach(async () => {
    cloud.offerStreams();
    await open();
  });

  it('leaves a desk that asks every five seconds, until there is another one', async () => {
    let away = true;
    cloud.offerStreams(() => (away ? new AppError('cloud.unreachable') : null));
    cloud.stream.cut();
    cloud.change('lead', 'a', { n: 1 });
    await pass(0);
    // Half of the turn: many desks lose theirs in the same moment.
    await pass(2500);
    expect(leads()).toEqual(['a']);
    for (let n = 0; n < 5; n += 1) {
      cloud.change('lead', `b${n}`, { n });
      await pass(5000);
      expect(leads()).toHaveLength(n + 2);
    }
    away = false;
    for (let n = 0; n < 60 && cloud.streams.every(({ isOpen }) => !isOpen); n += 1) await pass(5000);
    cloud.changeAndTell('lead', 'c', { n: 1 });
    await pass(0);
    expect(leads()).toContain('c');
  });

  it('is found dead when two beats stay away', async () => {
    const { stream } = cloud;
    await beating(60_000);
    await pass(34_999);
    expect(stream.isOpen).toBe(true);
    await pass(1);
    expect(stream.isOpen).toBe(false);
    await pass(5000);
    await pass(5000);
    expect(cloud.stream).not.toBe(stream);
  });

  it('is found dead also when its connection does not end', async () => {
    cloud.stream.isDeaf = true;
    for (let n = 0; n < 10; n += 1) await pass(5000);
    expect([count('watch'), cloud.streams.filter(({ isOpen }) => isOpen).length]).toEqual([2, 2]);
  });

  it('for its token is replaced at once, and what came between is seen', async () => {
    await beating(15 * 60_000);
    cloud.change('lead', 'between', { n: 1 });
    cloud.stream.end('token');
    await pass(0);
    await pass(0);
    expect([count('watch'), leads()]).toEqual([2, ['between']]);
  });

  it('for its token after no time at all waits: a cloud and a desk that do not agree do not turn in a circle', async () => {
    for (let n = 0; n < 20; n += 1) {
      for (const stream of cloud.streams.filter(({ isOpen }) => isOpen)) stream.end('token');
      await pass(5000);
    }
    expect(count('watch')).toBeLessThan(8);
  });

  it('comes back to a cloud whose counter went back, and is read anew', async () => {
    for (let n = 1; n <= 3; n += 1) cloud.changeAndTell('lead', `lead-${n}`, { n });
    await pass(0);
    expect(leads()).toHaveLength(3);
    cloud.stream.cut();
    cloud.log.splice(2);
    await pass(0);
    await pass(2500);
    await pass(1000);
    expect(leads()).toEqual(['lead-1', 'lead-2']);
  });
});

describe('a cloud without streams', () => {
  it('is asked every five seconds, and hardly ever for a stream', async () => {
    cloud.offerStreams(() => new AppError('not-found'));
    await open();
    for (let n = 0; n < 120; n += 1) await pass(5000);
    expect(count('changes')).toBe(121);
    // Half of five minutes each.
    expect(count('watch')).toBeLessThanOrEqual(5);
  });

  it('that asks for patience has it', async () => {
    cloud.offerStreams(() => new AppError('rate.limited', { retryAfterMs: 60_000 }));
    await open();
    for (let n = 0; n < 11; n += 1) await pass(5000);
    expect(count('watch')).toBe(1);
    await pass(5000);
    await pass(5000);
    expect(count('watch')).toBe(2);
  });
});

describe('a PC that slept', () => {
  it('gives up its stream and what is under way, and is in step at once over a new one', async () => {
    cloud.offerStreams();
    await open();
    const { stream } = cloud;
    // A pull whose connection is dead: nobody answers it.
    const honest = cloud.changes.bind(cloud);
    let giveUp = (): void => undefined;
    cloud.changes = () => new Promise((_, reject) => (giveUp = () => reject(new AppError('cloud.unreachable'))));
    cloud.cut = () => {
      cloud.changes = honest;
      giveUp();
    };
    cloud.changeAndTell('lead', 'a', { n: 1 });
    await pass(0);
    desk.sync.service.resume();
    expect(stream.isOpen).toBe(false);
    await pass(0);
    // The one that was given up counts as a failure, the first.
    await pass(1000);
    expect(leads()).toEqual(['a']);
    await pass(0);
    expect([cloud.stream === stream, desk.sync.service.state.state]).toEqual([false, 'synced']);
  });

  it('does not wait for the end of a long pause, when the cloud was away before', async () => {
    cloud.next(...Array.from({ length: 9 }, () => 'request-lost' as const));
    await open();
    for (let n = 0; n < 200; n += 1) await pass(500);
    const before = count('changes');
    cloud.next();
    desk.sync.service.resume();
    await pass(0);
    expect([count('changes'), desk.sync.service.state.state]).toEqual([before + 1, 'synced']);
  });
});
