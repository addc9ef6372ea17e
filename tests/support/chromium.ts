import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const whole = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** As in tools/system-packages.ts; elsewhere what there is. */
const withoutWindows = ['/usr/bin/chromium-headless-shell', ...whole];

/** What Chromium has for sound: a fake microphone that says a WAV file again and again, or a server of a test's own. */
export type BrowserSound = { readonly microphone: string } | { readonly server: string };

export interface ChromiumOptions {
  /** Unless told otherwise its microphone is a fake that beeps. */
  readonly sound?: BrowserSound | undefined;
  /** Public keys (SHA-256, base64) whose certificates it takes, for a server of the test. */
  readonly trusted?: readonly string[];
  /** Scrollbars that a mouse can drag, as people have them. */
  readonly scrollbars?: boolean;
  /** The whole browser: without its windows it shows no notices, and is asked for no leave to. */
  readonly notices?: boolean | undefined;
}

/** Chromium with no talk to the outside. */
export async function launchChromium(options: ChromiumOptions = {}): Promise<Browser> {
  const { sound, trusted = [], scrollbars = false, notices = false } = options;
  const { existsSync } = await import('node:fs');
  const server = sound && 'server' in sound ? sound.server : null;
  return chromium.launch({
    executablePath: (notices ? whole : withoutWindows).find((path) => existsSync(path)) ?? 'chromium',
    // Without a locale of UTF-8 it calls every file with a Chinese name `download`.
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...(server ? { PULSE_SERVER: server } : {}) },
    ignoreDefaultArgs: [...(server ? ['--mute-audio'] : []), ...(scrollbars ? ['--hide-scrollbars'] : [])],
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(server ? [] : ['--use-fake-device-for-media-stream']),
      '--use-fake-ui-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
      ...(trusted.length > 0 ? [`--ignore-certificate-errors-spki-list=${trusted.join(',')}`] : []),
      ...(sound && 'microphone' in sound ? [`--use-file-for-fake-audio-capture=${sound.microphone}`] : []),
    ],
  });
}

export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Whatever the page complained about: CSP violations, uncaught errors, console errors. A test expects none. */
  readonly complaints: string[];
}

/** A window of 1280×800 in Chinese whose complaints are collected from the first byte on. */
export async function openPage(
  browser: Browser,
  url: string,
  options: { dark?: boolean; width?: number; height?: number } = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    colorScheme: options.dark ? 'dark' : 'light',
    // What moves is painted by the processor here, sixty times a second: a third of all that these tests take.
    reducedMotion: 'reduce',
    permissions: ['microphone'],
  });
  const complaints: string[] = [];
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`console: ${message.text()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      // Uncaught, so that it arrives like every other mistake of the page.
      setTimeout(() => {
        throw new Error(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
  });
  // A page that a dev server makes while it is asked for takes its time on a busy machine.
  await page.goto(url, { timeout: 90_000 });
  return { page, context, complaints };
}
