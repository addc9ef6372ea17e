import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
let child: ChildProcess | undefined;
let folder: string | undefined;

afterEach(async () => {
  // Asked, not killed: what it started ends with it.
  if (child && child.exitCode === null && child.signalCode === null) {
    const gone = ended(child);
    child.kill('SIGTERM');
    await gone;
  }
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** `npm start` as a person types it, without a browser being opened on this machine. */
async function start(...flags: string[]): Promise<{ output: () => string; url: Promise<string> }> {
  folder = await mkdtemp(join(tmpdir(), 'jinhu-start-'));
  await chmod(folder, 0o711);
  let output = '';
  // No display: whatever this machine has, Electron cannot be what starts.
  const env = { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '' };
  const started = spawn(process.execPath, ['tools/start.ts', '--no-open', '--data', folder, ...flags], {
    cwd: root,
    env,
  });
  child = started;
  const url = new Promise<string>((done, fail) => {
    const read = (text: Buffer): void => {
      output += text.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/#t=\S+/.exec(output);
      if (found) done(found[0]);
    };
    started.stdout.on('data', read);
    started.stderr.on('data', read);
    started.once('exit', (code) => fail(new Error(`npm start ended with ${code}: ${output}`)));
  });
  return { output: () => output, url };
}

const ended = (process: ChildProcess): Promise<number | null> =>
  new Promise((done) => process.once('exit', (code) => done(code)));

describe.runIf(process.platform === 'linux')('npm start', () => {
  it('says in one line why it is not Electron, serves the window, and ends in good order', async () => {
    const { output, url } = await start();
    const address = await url;
    expect(output().match(/^station in the browser instead of Electron: .+$/m)).not.toBeNull();
    const page = await fetch(address);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('<div id="app"');
    const gone = child && ended(child);
    child?.kill('SIGTERM');
    expect(await gone).toBe(0);
    await expect(fetch(address)).rejects.toThrow();
  });

  it('starts the station at once when asked for it', async () => {
    const { output, url } = await start('--station');
    await url;
    expect(output()).toContain('station in the browser instead of Electron: asked for');
  });
});
