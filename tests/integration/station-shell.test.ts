import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import type { CreateDeskHost, Desk, ShellFacts } from '#main/host.ts';
import { systemClock } from '#engine/system.ts';
import { runStationShell, type StationShell } from '#main/station/station-shell.ts';
import { SampleDesk } from '#tests/support/sample-desk.ts';

let dir: string;
let dataDir: string;
let facts: ShellFacts;
let desks: Map<string, SampleDesk>;
let hostDisposed: boolean;
const running: StationShell[] = [];

const createDeskHost: CreateDeskHost = ({ shell }) => {
  facts = shell;
  return Promise.resolve({
    openDesk: (name): Promise<Desk> => {
      const desk = desks.get(name) ?? new SampleDesk();
      desks.set(name, desk);
      return Promise.resolve(desk);
    },
    dispose: () => {
      hostDisposed = true;
      return Promise.resolve();
    },
  });
};

async function start(create = createDeskHost): Promise<StationShell> {
  const shell = await runStationShell({
    createDeskHost: create,
    dataDir,
    rendererDir: join(dir, 'renderer'),
    clock: systemClock,
    logger: silentLogger,
  });
  running.push(shell);
  return shell;
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'jinhu-station-shell-'));
  dataDir = join(dir, 'data');
  await mkdir(join(dir, 'renderer'));
  await writeFile(join(dir, 'renderer/index.html'), '<!doctype html>');
  desks = new Map();
  hostDisposed = false;
});
afterEach(async () => {
  for (const shell of running.splice(0)) await shell.close();
  await rm(dir, { recursive: true });
});

describe('the station shell', () => {
  it('shows the main desk, and tells the engine what a browser cannot do', async () => {
    const { url } = await start();
    expect([...desks.keys()]).toEqual(['main']);
    expect((await fetch(new URL('/', url))).status).toBe(200);
    expect(facts.capabilities).toEqual(['open-desk']);
    expect(facts.globalCutIn).toBe('unavailable');
  });

  it('gives every further desk an origin of its own, and every window of it a fresh address', async () => {
    const { url } = await start();
    const other = new SampleDesk();
    const first = (await facts.showDesk(other, 'other')).url ?? '';
    const second = (await facts.showDesk(other, 'other')).url ?? '';
    expect(new URL(first).origin).not.toBe(new URL(url).origin);
    expect(new URL(second).origin).toBe(new URL(first).origin);
    expect(new URL(second).hash).not.toBe(new URL(first).hash);
  });

  it('closes in order: no more windows, then the engine, then the data folder is free', async () => {
    const shell = await start();
    await shell.close();
    expect(hostDisposed).toBe(true);
    await expect(fetch(new URL('/', shell.url))).rejects.toThrow();
    expect(existsSync(join(dataDir, 'station.lock'))).toBe(false);
  });

  it('refuses a data folder that a running station uses, and takes over from a dead one', async () => {
    await start();
    expect((await stat(join(dataDir, 'station.lock'))).mode & 0o777).toBe(0o600);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    // Another living process of this machine.
    const other = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    try {
      await writeFile(join(dataDir, 'station.lock'), String(other.pid));
      await expect(start()).rejects.toMatchObject({ code: 'environment.in-use', details: { pid: other.pid } });
    } finally {
      other.kill();
      await once(other, 'exit');
    }
    await start();
    expect(readFileSync(join(dataDir, 'station.lock'), 'utf8')).toBe(String(process.pid));
  });

  it('leaves no lock behind when it could not start', async () => {
    await expect(start(() => Promise.reject(new Error('no database')))).rejects.toThrow('no database');
    expect(existsSync(join(dataDir, 'station.lock'))).toBe(false);
  });
});
