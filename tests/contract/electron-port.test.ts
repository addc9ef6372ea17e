import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import type { Desk } from '#main/host.ts';
import { runElectronShell } from '#main/electron/electron-shell.ts';
import { systemClock } from '#engine/system.ts';
import { openDeskPort } from '#renderer/app/find-port.ts';
import { resetElectron, state } from '#tests/support/fake-electron.ts';
import { describeConformance } from './conformance.ts';

vi.mock('electron', () => import('#tests/support/fake-electron.ts'));

/** As much of a page's window as the preload and find-port.ts touch. */
class PageWindow extends EventTarget {
  readonly location = { origin: 'app://desk' };
  get jinhuPort(): unknown {
    return state.exposed.get('jinhuPort');
  }
  postMessage(data: unknown, _origin: string, ports: unknown[]): void {
    this.dispatchEvent(Object.assign(new Event('message'), { source: this, data, ports }));
  }
}

/** The whole way of a packed program: page → preload → ipc → sender check → MessageChannelMain → engine. */
describeConformance('the Electron shell', async (serve) => {
  resetElectron();
  vi.stubGlobal('window', new PageWindow());
  state.appPath = await mkdtemp(join(tmpdir(), 'jinhu-electron-'));
  await mkdir(join(state.appPath, 'dist/renderer'), { recursive: true });
  await writeFile(join(state.appPath, 'dist/renderer/index.html'), '<!doctype html>');
  await import('../../src-preload/preload.ts');
  const desk: Desk = {
    serve(port, peer) {
      // The shell's own client speaks the real contract; this suite brings another one.
      if (peer.kind === 'app-window') serve(port, peer);
      return { dispose: () => undefined };
    },
    media: { open: () => Promise.resolve({ status: 404, headers: {}, body: null }) },
    dispose: () => Promise.resolve(),
  };
  const host = { openDesk: () => Promise.resolve(desk), dispose: () => Promise.resolve() };
  await runElectronShell({
    createDeskHost: () => Promise.resolve(host),
    dataDir: state.appPath,
    clock: systemClock,
    logger: silentLogger,
  });
  return {
    peerKind: 'app-window',
    openPort: openDeskPort,
    close: async () => {
      vi.unstubAllGlobals();
      await rm(state.appPath, { recursive: true });
    },
  };
});
