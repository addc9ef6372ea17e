import { extractAll, extractFile, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, projectRoot as root } from '#tests/support/build.ts';
import { startBuiltStation } from '#tests/support/built-station.ts';
import { enterDemo } from '#tests/support/desk.ts';

/**
 * Packs the product with electron-builder and a stand-in for Electron's runtime (a file that holds a fuse wire), so that
 * fuses, asar and what lies outside of it are proven on a machine without Electron. Of the packed program the engine
 * is started, by the station; Electron's own part is what .github/workflows/smoke.yml is for.
 */
const run = promisify(execFile);
let work: string;
let app: string;

/** Electron's sentinel, then version 1 and nine fuses, all on, as in a fresh download (@electron/fuses). */
const fuseWire = Buffer.concat([
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX', 'latin1'),
  Buffer.from([1, 9]),
  Buffer.from('1'.repeat(9), 'latin1'),
]);

async function fakeElectron(dir: string): Promise<void> {
  await mkdir(join(dir, 'locales'), { recursive: true });
  await mkdir(join(dir, 'resources'));
  await writeFile(join(dir, 'electron'), Buffer.concat([Buffer.alloc(64), fuseWire, Buffer.alloc(64)]));
  await chmod(join(dir, 'electron'), 0o755);
  for (const name of ['chrome-sandbox', 'LICENSE', 'LICENSES.chromium.html', 'version'])
    await writeFile(join(dir, name), '');
  for (const locale of ['zh-CN', 'en-US', 'fr']) await writeFile(join(dir, 'locales', `${locale}.pak`), '');
}

beforeAll(async () => {
  // On the project's own disk, so that node_modules can be linked file by file: npm does not resolve through one big link.
  await mkdir(join(root, 'out'), { recursive: true });
  work = await mkdtemp(join(root, 'out/pack-test-'));
  const project = join(work, 'project');
  await mkdir(project);
  if (!existsSync(join(root, 'dist/main/electron.js'))) build();
  await cp(join(root, 'dist'), join(project, 'dist'), { recursive: true });
  for (const name of ['package.json', 'package-lock.json', 'electron-builder.yml', 'native', 'resources', 'tools'])
    await cp(join(root, name), join(project, name), { recursive: true });
  await run('cp', ['-al', join(root, 'node_modules'), join(project, 'node_modules')]);
  await fakeElectron(join(work, 'electron'));
  await run(
    process.execPath,
    [
      join(root, 'node_modules/electron-builder/cli.js'),
      ...['--linux', 'dir', '--x64', '--publish', 'never', '--projectDir', project],
      `--config.electronDist=${join(work, 'electron')}`,
      `--config.directories.output=${join(work, 'out')}`,
    ],
    { cwd: project, env: { ...process.env, CI: 'true' }, maxBuffer: 16 * 1024 * 1024 },
  );
  app = join(work, 'out/linux-unpacked');
}, 180_000);
afterAll(() => rm(work, { recursive: true, force: true }));

describe('the packed program', () => {
  it('has every fuse where docs/architecture.md wants it', async () => {
    const wire = await getCurrentFuseWire(join(app, 'jinhu-desk'));
    const on = (fuse: FuseV1Options): boolean => wire[fuse] === FuseState.ENABLE;
    expect({
      runAsNode: on(FuseV1Options.RunAsNode),
      cookieEncryption: on(FuseV1Options.EnableCookieEncryption),
      nodeOptions: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: on(FuseV1Options.EnableNodeCliInspectArguments),
      asarIntegrity: on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyAsar: on(FuseV1Options.OnlyLoadAppFromAsar),
      browserSnapshot: on(FuseV1Options.LoadBrowserProcessSpecificV8Snapshot),
      fileProtocol: on(FuseV1Options.GrantFileProtocolExtraPrivileges),
      wasmTrapHandlers: on(FuseV1Options.WasmTrapHandlers),
    }).toEqual({
      runAsNode: false,
      cookieEncryption: true,
      nodeOptions: false,
      inspect: false,
      asarIntegrity: true,
      onlyAsar: true,
      browserSnapshot: false,
      fileProtocol: false,
      wasmTrapHandlers: true,
    });
  });

  it('has the program in its asar, and nothing that a person does not run', () => {
    const asar = join(app, 'resources/app.asar');
    const files = listPackage(asar, { isPack: false });
    const manifest = JSON.parse(extractFile(asar, 'package.json').toString()) as { main: string };
    expect(manifest.main).toBe('dist/main/electron.js');
    for (const needed of [manifest.main, 'dist/preload/preload.cjs', 'dist/renderer/index.html'])
      expect(files).toContain(`/${needed}`);
    const strays = files.filter((file) =>
      /\.map$|\.test\.|\.env|^\/(src-|tests|bench|tools|native)|\.[ch]pp$|^\/dist\/(?!main|preload|renderer|resources)[^/]+/.test(
        file,
      ),
    );
    expect(strays).toEqual([]);
    const foreign = files.filter((file) => /\/prebuilds\/(?!(?:HID_hidraw-)?linux-)[^/]+/.test(file));
    expect(foreign).toEqual([]);
  });

  it('has native modules outside of the asar, those of this system alone', async () => {
    const unpacked = join(app, 'resources/app.asar.unpacked');
    const entries = await readdir(unpacked, { recursive: true });
    const natives = entries.filter((name) => name.endsWith('.node'));
    expect(natives).toContain('node_modules/better-sqlite3/prebuilds/linux-x64.node');
    expect(natives.filter((name) => name.includes('@serialport/bindings-cpp'))).not.toEqual([]);
    expect(natives.filter((name) => name.includes('node-hid/prebuilds/HID_hidraw-linux-x64'))).not.toEqual([]);
    expect(natives.filter((name) => /win32|darwin|android/.test(name))).toEqual([]);
    expect((await stat(join(unpacked, 'node_modules/better-sqlite3/prebuilds/linux-x64.node'))).size).toBeGreaterThan(
      100_000,
    );
  });

  it('has every package and file that it runs on: extracted, it starts and signs in to the demo', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jinhu-packed-'));
    await chmod(folder, 0o711);
    extractAll(join(app, 'resources/app.asar'), folder);
    // As they lie there: extracting forgets which files may be run.
    await cp(join(app, 'resources/app.asar.unpacked'), folder, { recursive: true, verbatimSymlinks: true });
    const station = await startBuiltStation(folder);
    try {
      await enterDemo(station.client);
      await station.client.call('sync.now', null);
      const page = { query: {}, offset: 0, limit: 10 };
      expect((await station.client.call('leads.list', page)).total).toBeGreaterThan(0);
    } finally {
      await station.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('has the two languages of the product', async () => {
    expect((await readdir(join(app, 'locales'))).toSorted()).toEqual(['en-US.pak', 'zh-CN.pak']);
  });
});
