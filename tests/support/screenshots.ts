/**
 * Pictures of every screen over the page's own fake desk, light and dark, at two sizes, into a folder:
 * `node tests/support/screenshots.ts /tmp/shots [name …]`. For looking at; nothing is compared.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from './chromium.ts';
import { openShot, shots } from './shots.ts';
import { serveUiFake } from './ui-fake/serve.ts';

const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];

const [folder = '/tmp/shots', ...only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const { url, close } = await serveUiFake();
const browser = await launchChromium();
for (const [name, shot] of Object.entries(shots)) {
  if (only.length > 0 && !only.includes(name)) continue;
  for (const theme of ['light', 'dark'] as const) {
    for (const size of sizes) {
      const page = await openShot(browser, url, shot, { theme, ...size }, (what) => console.log(`${name}: ${what}`));
      await page.screenshot({ path: join(folder, `${name}-${theme}-${size.width}.png`) });
      await page.close();
    }
  }
}
await browser.close();
await close();
