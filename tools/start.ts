/**
 * `npm start [-- --station] [--no-open] [--data DIR] [--port N]`: builds what is missing or old, then runs the Electron
 * shell; where its runtime cannot be had, says so in one line and runs the station in the default browser.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = resolve(import.meta.dirname, '..');
const electronFetchMs = 20_000;

const { values } = parseArgs({
  options: {
    station: { type: 'boolean', default: false },
    'no-open': { type: 'boolean', default: false },
    data: { type: 'string' },
    port: { type: 'string' },
  },
});

/** ms of the newest file below the given paths; 0 when there is none. */
function newest(...paths: string[]): number {
  let latest = 0;
  for (const path of paths) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) continue;
    const inside = stats.isDirectory() ? readdirSync(path).map((name) => newest(join(path, name))) : [stats.mtimeMs];
    latest = Math.max(latest, ...inside);
  }
  return latest;
}

function buildIfOld(): void {
  const sources = readdirSync(root).filter((name) => name.startsWith('src-'));
  const inputs = [...sources, 'resources', 'package-lock.json', 'vite.config.ts'].map((name) => join(root, name));
  // One file of each part that is needed here: a build that broke off half way counts as none.
  const outputs = ['renderer/index.html', 'preload/preload.cjs', 'main/electron.js'];
  const built = Math.min(...outputs.map((name) => newest(join(root, 'dist', name))));
  if (built > newest(...inputs)) return;
  console.log('building …');
  const build = spawnSync(process.execPath, ['tools/build.ts'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (build.status !== 0) process.exit(build.status ?? 1);
}

/** Path of Electron's program, or why there is none. The npm package brings an installer that fetches it. */
function findElectron(): { path: string } | { missing: string } {
  const folder = join(root, 'node_modules/electron');
  if (!existsSync(folder)) return { missing: 'the npm package electron is not installed' };
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) {
    // Its own installer, and not `require('electron')`: that one starts a grandchild which would outlive the limit.
    const fetched = spawnSync(process.execPath, [join(folder, 'install.js')], {
      cwd: root,
      timeout: electronFetchMs,
      killSignal: 'SIGKILL',
      stdio: 'ignore',
    });
    if (fetched.status !== 0)
      return { missing: 'its runtime could not be fetched in 20 s (`npx install-electron` takes its time)' };
  }
  const path = existsSync(pathFile) ? join(folder, 'dist', readFileSync(pathFile, 'utf8').trim()) : '';
  return existsSync(path) ? { path } : { missing: 'its runtime was not found after fetching it' };
}

/** Runs a shell with our terminal. Ctrl+C reaches it through the terminal's process group, a plain kill through us. */
function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv, ended: (code: number) => void): void {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', env });
  const pass = (): void => void child.kill('SIGTERM');
  const stay = (): void => undefined;
  process.on('SIGINT', stay).on('SIGTERM', pass);
  child.on('exit', (code, signal) => {
    process.off('SIGINT', stay).off('SIGTERM', pass);
    ended(code ?? (signal ? 1 : 0));
  });
}

function whyNoElectron(): string | null {
  if (values.station || values.port !== undefined) return 'asked for';
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'])
    return 'there is no display for Electron';
  // Chromium's sandbox refuses root, and without the sandbox we do not run it.
  if (process.getuid?.() === 0) return 'Electron does not run as root';
  return null;
}

function runStation(why: string, env: NodeJS.ProcessEnv): void {
  console.log(`station in the browser instead of Electron: ${why}`);
  const args = ['src-main/station/main.ts'];
  if (values['no-open']) args.push('--no-open');
  if (values.port !== undefined) args.push('--port', values.port);
  run(process.execPath, args, env, (code) => process.exit(code));
}

/** What the system's loader ends with when a library is missing. */
const loaderFailed = 127;

buildIfOld();
const env = values.data === undefined ? process.env : { ...process.env, JINHU_DATA: resolve(values.data) };
const reason = whyNoElectron();
const electron = reason === null ? findElectron() : { missing: reason };
if ('path' in electron)
  run(electron.path, [root], env, (code) => {
    if (code === loaderFailed) runStation('this system lacks libraries that it needs', env);
    else process.exit(code);
  });
else runStation(electron.missing, env);
