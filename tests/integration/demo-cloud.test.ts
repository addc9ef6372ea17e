import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { findPlace } from '#cloud/database/embedded-place.ts';
import { DemoCloud } from '#main/demo/demo-cloud.ts';

/** The cloud of the demo on its thread, with its real PostgreSQL. */
let dataDir: string;
let cloud: DemoCloud;
const never = new AbortController().signal;
const quiet = (): void => undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'jinhu-demo-cloud-'));
  await chmod(dataDir, 0o711);
  cloud = new DemoCloud(dataDir, silentLogger);
});
afterEach(async () => {
  await cloud.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/v1/health`).then(
    (reply) => reply.ok,
    () => false,
  );
/** PostgreSQL removes this file when it has ended. */
const databaseRuns = async (): Promise<boolean> =>
  existsSync(join((await findPlace(dataDir)).cluster, 'data', 'postmaster.pid'));

describe('the cloud of the demo', () => {
  it('is started once for all who ask, and who gives up takes it from nobody', async () => {
    const giveUp = new AbortController();
    const steps: string[] = [];
    const first = cloud.start((step) => steps.push(step), never);
    const second = cloud.start(() => giveUp.abort(), giveUp.signal);
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    const { cloudUrl, accounts } = await first;
    expect(steps).toEqual(['database', 'cloud', 'sample-data']);
    expect(accounts.length).toBeGreaterThan(0);
    await expect(cloud.start(quiet, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect(await answers(cloudUrl)).toBe(true);
    expect((await cloud.start(quiet, never)).cloudUrl).toBe(cloudUrl);
  });

  it('cancelled in the middle lets go at once, leaves no database behind, and starts again', async () => {
    const giveUp = new AbortController();
    let thread = false;
    const cancelled = cloud.start(() => {
      thread = true;
      giveUp.abort();
    }, giveUp.signal);
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(thread).toBe(true);
    const { cloudUrl } = await cloud.start(quiet, never);
    expect(await answers(cloudUrl)).toBe(true);
    await cloud.stop();
    expect([await answers(cloudUrl), await databaseRuns()]).toEqual([false, false]);
  });

  it('stopped while it starts refuses those who wait and leaves no database behind', async () => {
    let begun = quiet;
    const beginning = new Promise<void>((resolve) => (begun = resolve));
    const waiting = cloud.start(() => begun(), never);
    const refused = expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await beginning;
    await cloud.stop();
    await refused;
    expect(await databaseRuns()).toBe(false);
  });

  it('comes back by itself at the same address when its thread dies, and still stops its database', async () => {
    const { cloudUrl } = await cloud.start(quiet, never);
    await cloud.kill();
    expect(await answers(cloudUrl)).toBe(false);
    await vi.waitFor(async () => expect(await answers(cloudUrl)).toBe(true), { timeout: 30_000, interval: 100 });
    expect((await cloud.start(quiet, never)).cloudUrl).toBe(cloudUrl);
    const stopping = performance.now();
    await cloud.stop();
    expect([await answers(cloudUrl), await databaseRuns()]).toEqual([false, false]);
    // Nobody collects the child of a thread that is gone; waiting for its number to vanish would take 30 s.
    expect(performance.now() - stopping).toBeLessThan(15_000);
  });
});
