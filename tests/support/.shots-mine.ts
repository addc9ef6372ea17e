import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { serveUiFake } from '/work/main/tests/support/ui-fake/serve.ts';
const { url, server } = await serveUiFake();
console.log(url);
const out = '/tmp/shots-features'; mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync','--use-fake-device-for-media-stream','--use-fake-ui-for-media-stream','--autoplay-policy=no-user-gesture-required'] });
const only = process.argv.slice(2);
const id = (p, n) => p.locator(`[data-testid="${n}"]`).first();
const row = (p, n) => p.locator(`[role=row][aria-rowindex="${n}"]`);
const shots = {
  leads: async (p) => { await p.goto(p.base + '#/leads'); await row(p, 3).waitFor(); await p.keyboard.press('ArrowDown'); await p.keyboard.press('ArrowDown'); },
  'lead-drawer': async (p) => { await shots.leads(p); await p.keyboard.press('Enter'); await id(p, 'lead-drawer').waitFor(); await p.waitForTimeout(500); },
  'leads-empty': async (p) => { await shots.leads(p); await p.keyboard.press('/'); await p.keyboard.type('没有这家'); await p.locator('.ui-empty').waitFor(); },
  'dial-pad': async (p) => { await shots.leads(p); await p.keyboard.press('Control+d'); await p.waitForTimeout(500); await p.keyboard.type('+86 154-0000 0137'); await p.waitForTimeout(200); },
  'dial-pad-letters': async (p) => { await shots.leads(p); await p.keyboard.press('Control+d'); await p.waitForTimeout(500); await p.keyboard.type('154OO0000137'); await p.waitForTimeout(200); },
  ringing: async (p) => { await shots.leads(p); await p.keyboard.press('d'); await p.waitForTimeout(1900); },
  opener: async (p) => { await shots.leads(p); await p.keyboard.press('d'); await id(p, 'cut-in').waitFor(); await p.waitForTimeout(2600); },
  'cut-in': async (p) => { await shots.opener(p); await p.keyboard.press('F2'); await p.waitForTimeout(900); await id(p, 'keypad').click(); await p.keyboard.press('Escape'); await p.waitForTimeout(300); },
  'wrap-up': async (p) => { await shots.opener(p); await p.keyboard.press('F2'); await p.waitForTimeout(500); await p.keyboard.press('Escape'); await p.keyboard.press('Escape'); await p.waitForTimeout(600); await p.keyboard.press('1'); await p.locator('[data-testid=note] textarea, textarea[data-testid=note]').first().fill('客户提到下月扩产，要一份报价单'); await p.waitForTimeout(1400); },
  refused: async (p) => { await shots.leads(p); await p.keyboard.press('Control+d'); await p.waitForTimeout(400); await p.keyboard.type('15400'); await p.keyboard.press('Enter'); await p.waitForTimeout(600); },
  calls: async (p) => { await p.goto(p.base + '#/calls'); await row(p, 3).waitFor(); await p.keyboard.press('ArrowDown'); await p.waitForTimeout(300); },
  'call-drawer': async (p) => { await shots.calls(p); await p.evaluate(() => 0); const c = await p.evaluate(() => globalThis.fakeWorld.calls.find((x) => x.recording)?.id ?? globalThis.fakeWorld.calls[1].id); await p.goto(p.base + '#/calls?open=' + c); await id(p, 'call-drawer').waitFor(); await p.waitForTimeout(900); },
  openers: async (p) => { await p.goto(p.base + '#/settings/openers'); await id(p, 'openers-page').waitFor(); await p.waitForTimeout(500); },
  recorder: async (p) => { await shots.openers(p); await id(p, 'record').click(); await id(p, 'record-start').click(); await p.waitForTimeout(2500); },
  recorded: async (p) => { await shots.recorder(p); await id(p, 'record-stop').click(); await p.waitForTimeout(600); },
};
for (const [name, act] of Object.entries(shots)) {
  if (only.length && !only.includes(name)) continue;
  for (const theme of ['light', 'dark']) for (const [w, h] of [[1280, 800], [1920, 1080]]) {
    if (process.env.FAST && !(theme === (process.env.FAST) && w === 1280)) continue;
    const page = await browser.newPage({ viewport: { width: w, height: h } });
    page.on('console', (m) => ['error', 'warning'].includes(m.type()) && console.log(name, m.type(), m.text().slice(0, 300)));
    page.on('pageerror', (e) => console.log(name, 'PAGEERROR', e.message.slice(0, 400)));
    page.base = url + '?options=' + encodeURIComponent(JSON.stringify({ settings: { theme } }));
    try { await act(page); } catch (e) { console.log(name, theme, w, 'FAILED', String(e.message).split('\n')[0]); }
    await page.screenshot({ path: `${out}/${name}-${theme}-${w}.png` });
    await page.close();
  }
}
await browser.close(); await server.close(); process.exit(0);
