import { existsSync } from 'node:fs';
import { chmod, cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { build, projectRoot } from '#tests/support/build.ts';
import { startBuiltStation, type BuiltStation } from '#tests/support/built-station.ts';
import { enterDemo, until } from '#tests/support/desk.ts';

/**
 * What `npm run build` leaves stands alone: carried to another folder with node_modules and package.json, without one
 * source file, it finds its window, its resources and the code of its threads.
 */
let folder: string;
let station: BuiltStation | undefined;

beforeEach(async () => {
  for (const part of ['main', 'renderer']) if (!existsSync(join(projectRoot, 'dist', part))) build(part);
  folder = await mkdtemp(join(tmpdir(), 'jinhu-bundle-'));
  await chmod(folder, 0o711);
  for (const part of ['dist/main', 'dist/renderer', 'dist/resources', 'package.json'])
    await cp(join(projectRoot, part), join(folder, part), { recursive: true });
  await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
});
afterEach(async () => {
  await station?.close();
  await rm(folder, { recursive: true, force: true });
});

it('the build runs without its sources: window, sample world, an opener prepared in its thread', async () => {
  station = await startBuiltStation(folder);
  const { address, client } = station;
  expect(await (await fetch(address)).text()).toContain('<div id="app"');
  await enterDemo(client);
  await until(client, 'phone.state', null, ({ slots }) => slots.some(({ condition }) => condition === 'ready'));
  // Put there as 「开场白」 at the first sign-in: decoded and measured by the clip worker.
  const openers = await until(client, 'openers.all', null, (all) => all.length > 0);
  expect(openers[0]?.durationMs).toBeGreaterThan(1_000);
});
