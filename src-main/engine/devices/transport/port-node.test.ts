import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { watchNode } from './port-node.ts';

/** Lets `stat` come back from the thread pool. */
const looked = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

function rig() {
  const dir = mkdtempSync(join(tmpdir(), 'jinhu-node-'));
  const clock = new ManualClock();
  const path = join(dir, 'port');
  writeFileSync(join(dir, 'first'), '');
  writeFileSync(join(dir, 'second'), '');
  symlinkSync('first', path);
  let gone = 0;
  const watch = watchNode(clock, path, () => (gone += 1));
  const pass = async (): Promise<void> => {
    clock.advance(250);
    await looked();
  };
  const lead = (to: string): void => {
    symlinkSync(to, join(dir, 'next'));
    renameSync(join(dir, 'next'), path);
  };
  return { dir, path, watch, pass, lead, gone: () => gone };
}

it('tells once when the node has gone, and nothing while it stays', async () => {
  const { path, pass, gone } = rig();
  for (let n = 0; n < 4; n += 1) await pass();
  expect(gone()).toBe(0);
  rmSync(path);
  for (let n = 0; n < 4; n += 1) await pass();
  expect(gone()).toBe(1);
});

it('tells when the same name leads to another device: it was pulled and plugged in between two looks', async () => {
  const { pass, lead, gone } = rig();
  await pass();
  lead('first');
  await pass();
  expect(gone()).toBe(0);
  lead('second');
  await pass();
  expect(gone()).toBe(1);
});

it('is silent once nobody wants to know', async () => {
  const { path, watch, pass, gone } = rig();
  await pass();
  watch.dispose();
  rmSync(path);
  await pass();
  expect(gone()).toBe(0);
});
