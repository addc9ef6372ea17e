import { chromium } from 'playwright-core';
import { leadShots } from './lead-shots.ts';
import { companyShots } from './company-shots.ts';
import { snippetShots } from './snippet-shots.ts';
import { serveUiFake } from './ui-fake/serve.ts';
import { mkdirSync } from 'node:fs';
const [folder, variants, ...names] = process.argv.slice(2) as [string, string, ...string[]];
mkdirSync(folder, { recursive: true });
const { url, server } = await serveUiFake(0, false);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'] });
const shots: Record<string, any> = { ...leadShots, ...companyShots, ...snippetShots };
for (const name of names) for (const variant of variants.split(',')) {
  const [theme, width] = variant.split('-');
  const shot = shots[name];
  const page = await browser.newPage({ viewport: width === '1920' ? { width: 1920, height: 1080 } : { width: 1280, height: 800 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  page.setDefaultTimeout(12_000);
  page.on('pageerror', (e) => console.log(`${name}: ${e.message}`));
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && console.log(`${name}: ${m.text().slice(0, 400)}`));
  const options = JSON.stringify({ ...shot.options, settings: { ...shot.options?.settings, theme } });
  try {
    await page.goto(`${url}?options=${encodeURIComponent(options)}#${shot.path ?? '/'}`, { timeout: 60_000 });
    await page.waitForFunction(() => document.querySelector('main')?.innerText.trim(), undefined, { timeout: 40_000 });
    await shot.act?.(page);
    await page.waitForTimeout(350);
  } catch (e) { console.log(`${name}: ${String(e).slice(0, 500)}`); }
  await page.screenshot({ path: `${folder}/${name}-${variant}.png` });
  await page.close();
}
await browser.close();
await server.close();
