import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import type { SipAccount } from '#shared/domain/sip-account.ts';
import { wavFile } from '#simulator/network/wav.ts';
import { launchChromium } from './chromium.ts';
import type { TestPhone, Told } from './telephony-page-main.ts';
import { tone } from './tone-power.ts';

declare const phone: TestPhone;

/** Our SIP agent in Chromium, with a microphone that says one tone. */
export interface BrowserPhone {
  readonly page: Page;
  start(account: SipAccount, iceServers?: RTCIceServer[]): Promise<void>;
  dial(id: string, number: string): Promise<void>;
  /** Resolves with when it was told, on the page's clock; an earlier word counts too. */
  until(what: string): Promise<number>;
  told(): Promise<readonly Told[]>;
  close(): Promise<void>;
}

/** One bundle for all tests of a file. */
export async function bundleTelephony(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'telephony-page-'));
  await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir,
      emptyOutDir: true,
      minify: false,
      lib: { entry: 'tests/support/telephony-page-main.ts', formats: ['es'], fileName: 'page' },
    },
  });
  const script = readFileSync(join(outDir, 'page.js'), 'utf8');
  rmSync(outDir, { recursive: true, force: true });
  return script;
}

const waitMs = 30_000;

/** Chromium with a microphone that says one tone; its pages know nothing of each other. */
export interface ToneBrowser {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

/** @param hz what the microphone says */
export async function launchToneBrowser(script: string, hz: number): Promise<ToneBrowser> {
  const dir = mkdtempSync(join(tmpdir(), 'telephony-mic-'));
  const microphone = join(dir, 'microphone.wav');
  writeFileSync(microphone, wavFile(tone(hz, 1, 12_000)));
  const server = await serve(script);
  const browser: Browser = await launchChromium({ sound: { microphone } });
  return {
    async newPage() {
      // In a context of its own, which ends with the page.
      const page = await browser.newPage();
      await page.goto(server.url);
      await page.waitForFunction(() => 'phone' in globalThis);
      return page;
    },
    async close() {
      await browser.close();
      server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export async function openBrowserPhone(browser: ToneBrowser): Promise<BrowserPhone> {
  const page = await browser.newPage();
  return {
    page,
    start: (account, iceServers = []) =>
      page.evaluate(([who, servers]) => phone.start(who, servers), [account, iceServers] as const),
    dial: (id, number) => page.evaluate(([call, to]) => phone.dial(call, to), [id, number] as const),
    async until(what) {
      const found = await page.waitForFunction(
        (wanted) => phone.told().find((told) => told.what === wanted)?.at,
        what,
        {
          timeout: waitMs,
          polling: 10,
        },
      );
      return (await found.jsonValue()) ?? 0;
    },
    told: () => page.evaluate(() => phone.told()),
    close: () => page.close(),
  };
}

function serve(script: string): Promise<{ url: string; close: () => void }> {
  const server: Server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><script type="module" src="/page.js"></script>');
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      resolve({ url: `http://127.0.0.1:${port}/`, close: () => server.close() });
    });
  });
}
