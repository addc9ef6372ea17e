import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
let dataDir: string;
const running: ChildProcess[] = [];

/** The program as npm start runs it; with a dev origin it needs no built window. */
function station(...args: string[]): ChildProcess {
  const options = ['--data', dataDir, '--no-open', '--dev-origin', 'http://127.0.0.1:5173', ...args];
  const child = spawn(process.execPath, ['src-main/station/main.ts', ...options], { cwd: root });
  running.push(child);
  return child;
}

/** How a start that fails ends: its code and every line it wrote to stderr. */
async function ending(child: ChildProcess): Promise<{ code: number | null; lines: string[] }> {
  if (!child.stderr) throw new Error('no stderr');
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit') as Promise<[number | null]>]);
  return { code, lines: said.split('\n').filter((line) => line !== '') };
}

async function launchLine(child: ChildProcess): Promise<string> {
  let said = '';
  for await (const chunk of child.stdout ?? []) {
    said += String(chunk);
    const found = /^http:\S+$/m.exec(said);
    if (found) return found[0];
  }
  throw new Error(`the station ended without an address: ${said}`);
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'jinhu-twice-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
  await rm(dataDir, { recursive: true, force: true });
});

describe('a second start on the same data', () => {
  it('says so in one sentence, ends with 1 and leaves the first one alone', async () => {
    const first = station();
    await launchLine(first);
    const second = await ending(station());
    expect(second.code).toBe(1);
    expect(second.lines).toEqual([
      expect.stringContaining(`锦呼坐席端已在运行（进程 ${first.pid}）：请使用已打开的窗口`),
    ]);
    expect(first.exitCode).toBeNull();
    expect(readFileSync(join(dataDir, 'station.lock'), 'utf8')).toBe(String(first.pid));

    const gone = once(first, 'exit');
    first.kill('SIGTERM');
    expect(await gone).toEqual([0, null]);
    expect(existsSync(join(dataDir, 'station.lock'))).toBe(false);
  });

  it('goes ahead where the first one was killed', async () => {
    const first = station();
    await launchLine(first);
    const gone = once(first, 'exit');
    first.kill('SIGKILL');
    await gone;
    expect(await launchLine(station())).toContain('#t=');
  });
});

describe('a port that is taken', () => {
  it('is named, with what to do instead', async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as AddressInfo;
    const { code, lines } = await ending(station('--port', String(port)));
    await new Promise((done) => other.close(done));
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringContaining(`端口 ${port} 被其他程序占用：请换一个端口`)]);
    expect(existsSync(join(dataDir, 'station.lock'))).toBe(false);
  });
});

describe('options that nobody understands', () => {
  it.each(['--prot 8080', '--port http', '--port 70000', '--port'])(
    '%s: starts nothing and says which there are',
    async (wrong) => {
      const args = wrong.split(' ');
      const { code, lines } = await ending(station(...args));
      expect(code).toBe(2);
      expect(lines).toEqual([
        expect.stringContaining(args[0] ?? ''),
        expect.stringMatching(/可用的参数 .*--port 0–65535/),
      ]);
    },
  );
});
