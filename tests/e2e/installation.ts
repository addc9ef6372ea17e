import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { createLogger } from '#shared/base/logger.ts';
import { systemClock } from '#engine/index.ts';
import { createLocalDeskHost, type LocalDeskHost } from '#main/demo/desk-host.ts';
import { runStationShell } from '#main/station/station-shell.ts';
import { copyDemoTemplate } from './demo-template.ts';
import { launchChromium, openPage, type BrowserSound, type WatchedPage } from '#tests/support/chromium.ts';

const builtWindow = resolve(import.meta.dirname, '../../dist/renderer');

/** A whole installation as a person has it: fresh data folder, station, built window, Chromium. */
export interface Installation {
  readonly url: string;
  /** For pulling cables: the desks of this installation and the demo world behind them. */
  readonly host: LocalDeskHost;
  readonly dataDir: string;
  readonly browser: Browser;
  /** Warnings and errors of the log, for the message of a red test. */
  readonly log: string[];
  open(options?: { dark?: boolean; width?: number; height?: number }): Promise<WatchedPage>;
  close(): Promise<void>;
}

export interface InstallOptions {
  /** A window that is built elsewhere. */
  readonly rendererDir?: string;
  /** What the browser has for sound, else a fake microphone. */
  readonly sound?: BrowserSound;
  /** Public keys whose certificates it takes (see `launchChromium`). */
  readonly trusted?: readonly string[];
  /** Its browser shows notices. */
  readonly notices?: boolean;
  /** Nobody has ever entered the demo here: its cloud is made by the program itself. */
  readonly fresh?: boolean;
}

export async function install(options: InstallOptions = {}): Promise<Installation> {
  const { rendererDir = builtWindow, sound, trusted = [], notices, fresh = false } = options;
  if (!existsSync(join(rendererDir, 'index.html'))) throw new Error('the window is not built: npm run build');
  const dataDir = await mkdtemp(join(tmpdir(), 'jinhu-e2e-'));
  // As root the demo's PostgreSQL runs as somebody else, who must be able to pass through here.
  await chmod(dataDir, 0o711);
  if (!fresh) await copyDemoTemplate(join(dataDir, 'demo-cloud'));
  const log: string[] = [];
  const logger = createLogger((line) => {
    if (/"level":"(warn|error)"/.test(line)) log.push(line);
  }, systemClock.now);
  let host: LocalDeskHost | undefined;
  const shell = await runStationShell({
    createDeskHost: async (of) => (host = createLocalDeskHost(of)),
    dataDir,
    rendererDir,
    clock: systemClock,
    logger,
  });
  const browser = await launchChromium({ sound, trusted, notices });
  if (!host) throw new Error('the shell made no desk host');
  return {
    url: shell.url,
    host,
    dataDir,
    browser,
    log,
    open: (options) => openPage(browser, shell.url, options),
    async close() {
      await browser.close();
      await shell.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
