import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const executables = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Debian's Chromium with a fake microphone and no talk to the outside.
 * @param microphone a WAV file that it says again and again, else Chromium's own beeps
 */
export async function launchChromium(microphone?: string): Promise<Browser> {
  const { existsSync } = await import('node:fs');
  return chromium.launch({
    executablePath: executables.find((path) => existsSync(path)) ?? 'chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
      ...(microphone ? [`--use-file-for-fake-audio-capture=${microphone}`] : []),
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
  await page.goto(url);
  return { page, context, complaints };
}
