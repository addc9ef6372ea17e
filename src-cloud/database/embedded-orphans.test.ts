import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { recordOwner, removeOrphans } from './embedded-orphans.ts';

const name = '0123456789abcdef';
let root: string;
let store: string;
let dataDir: string;
let cluster: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'jinhu-orphans-'));
  [store, dataDir] = [join(root, 'store'), join(root, 'data')];
  cluster = join(store, name);
  await mkdir(join(cluster, 'data'), { recursive: true });
  await mkdir(dataDir);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const sweep = async (): Promise<string[]> => {
  await removeOrphans(store, silentLogger);
  return readdir(store);
};

describe('a cluster outside of its data folder', () => {
  it('goes when the data folder was removed, and only then', async () => {
    await recordOwner(cluster, dataDir);
    expect(await sweep()).toEqual([name]);
    await rm(dataDir, { recursive: true });
    expect(await sweep()).toEqual([]);
  });

  it('stays with a folder that was moved or copied', async () => {
    await recordOwner(cluster, dataDir);
    await rename(dataDir, `${dataDir}-moved`);
    await recordOwner(cluster, `${dataDir}-moved`);
    expect(await sweep()).toEqual([name]);
    await cp(`${dataDir}-moved`, `${dataDir}-copy`, { recursive: true });
    await recordOwner(cluster, `${dataDir}-copy`);
    await rm(`${dataDir}-moved`, { recursive: true });
    expect(await sweep()).toEqual([name]);
    await rm(`${dataDir}-copy`, { recursive: true });
    expect(await sweep()).toEqual([]);
  });

  it('stays while its server runs, and goes once that has died', async () => {
    await recordOwner(cluster, dataDir);
    await rm(dataDir, { recursive: true });
    const server = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(server, 'spawn');
    await writeFile(join(cluster, 'data', 'postmaster.pid'), `${server.pid}\n${join(cluster, 'data')}\n`);
    expect(await sweep()).toEqual([name]);
    server.kill('SIGKILL');
    await once(server, 'exit');
    expect(await sweep()).toEqual([]);
  });

  it('stays when its folder was on a filesystem that is not mounted now', async () => {
    const { dev } = await stat(root);
    await writeFile(
      join(cluster, 'data-folders.json'),
      JSON.stringify([{ folder: join(root, 'usb'), device: dev + 1 }]),
    );
    expect(await sweep()).toEqual([name]);
  });

  it.each([
    ['no list of folders', null],
    ['an empty list', '[]'],
    ['a broken list', '[{"folder":'],
    ['a list of something else', '[{"folder":"data","device":1}]'],
  ])('stays with %s', async (_, list) => {
    if (list !== null) await writeFile(join(cluster, 'data-folders.json'), list);
    expect(await sweep()).toEqual([name]);
  });
});

describe('the store', () => {
  it('loses what an interrupted removal left, and keeps what has another name', async () => {
    for (const entry of [`${name}.removed-00ff00ff`, 'postgres-18.4.0', `${name}.old`]) await mkdir(join(store, entry));
    expect(await sweep()).toEqual([name, `${name}.old`, 'postgres-18.4.0']);
  });

  it('may be missing', async () => {
    await rm(store, { recursive: true });
    await removeOrphans(store, silentLogger);
    await expect(stat(store)).rejects.toThrow(/ENOENT/);
  });
});
