/**
 * `node tests/electron/smoke.ts`: starts the built product in real Electron, chooses the demo, signs in and sees leads.
 * Run by .github/workflows/smoke.yml on Windows, macOS and Linux; needs Electron's runtime and `npm run build`.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron } from 'playwright-core';

const root = resolve(import.meta.dirname, '../..');
const dataDir = await mkdtemp(join(tmpdir(), 'jinhu-smoke-'));
const program = await _electron.launch({
  args: [root],
  cwd: root,
  env: { ...(process.env as Record<string, string>), JINHU_DATA: dataDir },
});

try {
  const page = await program.firstWindow();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });

  assert.equal(new URL(page.url()).href.startsWith('app://desk/'), true);
  assert.equal(await page.evaluate(() => 'process' in globalThis || 'require' in globalThis), false);

  await page.getByTestId('choose-demo').click();
  // The first start sets up a database server and the sample company.
  await page.getByTestId('demo-agent').click({ timeout: 180_000 });
  await page.getByTestId('nav-leads').click({ timeout: 60_000 });
  await page.getByTestId('leads-total').waitFor({ timeout: 60_000 });
  assert.deepEqual(problems, []);
  process.stdout.write('smoke: started, signed in, sees leads\n');
} finally {
  await program.close();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
