import { app, globalShortcut, ipcMain, MessageChannelMain, protocol, safeStorage, session, shell } from 'electron';
import { join } from 'node:path';
import type { Clock } from '#shared/base/clock.ts';
import { DisposeBag } from '#shared/base/dispose.ts';
import { describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { Peer } from '#shared/desk-contract/kit.ts';
import type { CreateDeskHost, Desk, DeskHost, SecretSeal, ShellFacts } from '../host.ts';
import { readStaticFiles } from '../shell/static-files.ts';
import { answerAppRequest } from './app-protocol.ts';
import { CutInKey } from './cut-in-key.ts';
import { DialLinks } from './dial-links.ts';
import { messagePortFrames } from './message-port.ts';
import {
  appId,
  appScheme,
  externalUrl,
  isOwnUrl,
  permissionAllowed,
  schemePrivileges,
  senderAllowed,
} from './policy.ts';
import { createSecretSeal } from './secret-seal.ts';
import { shellTexts } from './texts.ts';
import { createTray } from './tray.ts';
import { DeskWindows } from './windows.ts';

export interface ElectronShellOptions {
  readonly createDeskHost: CreateDeskHost;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

const mainDesk = 'main';

/**
 * The Electron shell. Wiring alone: what is decided is decided in policy.ts. The order counts: sandbox and scheme must
 * be set before Electron is ready, the lock before anything touches the data folder. Resolves when the first window is
 * asked for, or when another instance has the lock.
 */
export async function runElectronShell(options: ElectronShellOptions): Promise<void> {
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([{ scheme: appScheme, privileges: schemePrivileges }]);
  // Chromium's own files, and with them the single-instance lock, go with the data they belong to.
  // Windows shows notifications only of a program that says who it is, by the name that its installer has registered.
  if (process.platform === 'win32') app.setAppUserModelId(appId);
  app.setPath('userData', join(options.dataDir, 'electron'));
  if (!app.requestSingleInstanceLock()) return app.quit();
  guardContents(options.logger);
  const links = new DialLinks(app);
  links.hear(process.argv);
  // macOS says it so, and before the program is ready where it started it for that.
  app.on('open-url', (event, url) => {
    event.preventDefault();
    links.hear([url]);
  });
  await app.whenReady();

  const texts = shellTexts(app.getLocale());
  const key = new CutInKey(globalShortcut, options.clock, options.logger.child('cut-in-key'));
  const windows = new DeskWindows({
    appPath: app.getAppPath(),
    texts,
    liveCall: (desk) => key.liveCall(desk),
    clock: options.clock,
    logger: options.logger.child('windows'),
  });
  const watched = new Set<Desk>();
  const show = (desk: Desk, name: string): void => {
    key.watch(desk);
    watched.add(desk);
    windows.show(desk, name === mainDesk);
  };
  const raise = ({ id }: Peer): void => windows.raise(Number(id));
  guardSession();
  await serveApp(app.getAppPath(), watched);
  ipcMain.on('desk.open-port', (event) => {
    const desk = windows.deskOf(event.sender.id);
    if (!desk || !event.senderFrame || !senderAllowed(event.senderFrame)) return;
    const { port1, port2 } = new MessageChannelMain();
    const port = messagePortFrames(port1, (message) => message.data as unknown);
    desk.serve(port, { kind: 'app-window', id: String(event.sender.id) });
    event.senderFrame.postMessage('desk.port', null, [port2]);
  });

  const seal = await createSecretSeal(safeStorage, process.platform, options.logger.child('secrets'));
  const host = await options.createDeskHost({
    dataDir: options.dataDir,
    shell: shellFacts({ key, links }, { show, raise }, seal),
    logger: options.logger,
  });
  const desk = await host.openDesk(mainDesk);
  hearSystem(links, () => show(desk, mainDesk));
  createTray(app.getAppPath(), texts, { open: () => show(desk, mainDesk), quit: () => app.quit() });
  quitInOrder(host, key, windows, options.logger);
  show(desk, mainDesk);
}

/** Whoever starts the program once more, or opens a number by it, means its window. */
function hearSystem(links: DialLinks, show: () => void): void {
  app.on('second-instance', (_event, words: readonly string[] = []) => {
    links.hear(words);
    show();
  });
  app.on('open-url', show);
  app.on('activate', show);
  // The tray keeps the program alive; without this listener Electron would quit with its last window.
  app.on('window-all-closed', () => undefined);
}

interface Windows {
  readonly show: (desk: Desk, name: string) => void;
  readonly raise: (window: Peer) => void;
}

function shellFacts(
  { key, links }: { key: CutInKey; links: DialLinks },
  { show, raise }: Windows,
  seal: SecretSeal | null,
): ShellFacts {
  return {
    raise,
    ...(seal ? { seal } : {}),
    capabilities: ['global-shortcut', 'raise-window', 'dial-links', 'open-desk'],
    dialLinks: links,
    get globalCutIn() {
      return key.state;
    },
    onChange(listener) {
      const heard = new DisposeBag();
      for (const told of [key, links]) heard.add(told.onChange(listener));
      return heard;
    },
    showDesk: (desk, name) => {
      show(desk, name);
      return Promise.resolve({ url: null });
    },
  };
}

/** Points 12, 13, 14: for every web contents that will ever exist, not only for those we know of. */
function guardContents(logger: Logger): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.on('will-navigate', (event) => {
      if (!isOwnUrl(event.url)) event.preventDefault();
    });
    contents.on('will-frame-navigate', (event) => {
      if (!isOwnUrl(event.url)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      if (!isOwnUrl(event.url)) event.preventDefault();
    });
    contents.setWindowOpenHandler(({ url }) => {
      const external = externalUrl(url);
      // Rejects where no program takes such an address, e.g. `tel:`; unhandled it would end ours.
      if (external)
        shell.openExternal(external).catch((thrown: unknown) => {
          logger.log('warn', 'shell.not-opened', {
            scheme: new URL(external).protocol,
            problem: describeError(thrown),
          });
        });
      return { action: 'deny' };
    });
  });
}

/** Point 5. Both handlers: one alone leaves the other kind of question to Electron's default, which says yes. */
function guardSession(): void {
  const own = session.defaultSession;
  own.setPermissionRequestHandler((_contents, permission, callback, details) => {
    const media = 'mediaTypes' in details ? (details.mediaTypes ?? []) : [];
    callback(permissionAllowed(permission, details.requestingUrl, media));
  });
  own.setPermissionCheckHandler((_contents, permission, origin, details) =>
    permissionAllowed(permission, origin, details.mediaType ? [details.mediaType] : []),
  );
  // USB, serial and HID belong to the engine; a page never gets one.
  own.setDevicePermissionHandler(() => false);
}

async function serveApp(appPath: string, desks: ReadonlySet<Desk>): Promise<void> {
  const files = await readStaticFiles(join(appPath, 'dist', 'renderer'));
  protocol.handle(appScheme, (request) =>
    answerAppRequest(
      request,
      files,
      [...desks].map(({ media }) => media),
    ),
  );
}

/** Quitting waits for the engine: the journal is flushed and the phone released before the process ends. */
function quitInOrder(host: DeskHost, key: CutInKey, windows: DeskWindows, logger: Logger): void {
  let leaving = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (leaving) return;
    leaving = true;
    void windows
      .mayQuit()
      .then(async (may) => {
        if (!may) return void (leaving = false);
        key.dispose();
        await host.dispose();
        app.exit(0);
      })
      .catch((thrown: unknown) => {
        logger.log('error', 'shell.quit-failed', { error: describeError(thrown) });
        app.exit(1);
      });
  });
}
