import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { systemClock } from '#engine/index.ts';
import { createDeskHost } from '#main/demo/desk-host.ts';
import { runStationShell, type StationShell } from '#main/station/station-shell.ts';
import { launchChromium, openPage } from '#tests/support/chromium.ts';
import { reads, talkWith } from './desk-steps.ts';
import { DeskWindow } from './desk-window.ts';

/** The engine goes away under an open window, in the middle of a call, and is started again on the same port. */
let dataDir: string;
let shell: StationShell;
let browser: Browser;
let context: BrowserContext;
let agent: DeskWindow;

const start = (port?: number): Promise<StationShell> =>
  runStationShell({
    createDeskHost,
    dataDir,
    rendererDir: resolve(import.meta.dirname, '../../dist/renderer'),
    clock: systemClock,
    logger: silentLogger,
    ...(port === undefined ? {} : { port }),
  });

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'jinhu-gone-'));
  // As root the demo's PostgreSQL runs as somebody else, who must be able to pass through here.
  await chmod(dataDir, 0o711);
  shell = await start();
  browser = await launchChromium();
  const opened = await openPage(browser, shell.url);
  context = opened.context;
  agent = new DeskWindow(opened.page);
  await agent.enterDemo('agent');
  await agent.at('sim-5').waitFor();
});
afterAll(async () => {
  await browser.close();
  await shell.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe('the engine is gone', () => {
  it('the window says so over what it shows, and keeps what was typed', async () => {
    await talkWith(agent, '15400009999');
    await agent.at('note').fill('引擎退出之前写的');
    await reads(agent.at('note-state'), '已保存');
    await expect.poll(() => agent.seconds('talk-time'), { timeout: 20_000 }).toBeGreaterThan(2);
    await shell.close();
    await reads(agent.page.getByRole('alert'), '与引擎的连接中断，正在重连', '正在进行的通话不受影响', '请重新启动');
    await agent.at('call-dock').waitFor();
    expect(await agent.at('note').inputValue()).toBe('引擎退出之前写的');
  });

  it('started again it does not know the old window, which says what to do', async () => {
    shell = await start(Number(new URL(shell.url).port));
    await reads(
      agent.page.getByRole('alert'),
      '这个窗口连不上引擎',
      '引擎已重新启动',
      '请关闭这个窗口，从锦呼坐席端重新打开',
    );
  });

  it('a window that is opened anew has the call and its note', async () => {
    const page = await context.newPage();
    await page.goto(shell.url);
    const again = new DeskWindow(page);
    await again.at('workbench').waitFor({ timeout: 60_000 });
    await again.goTo('通话');
    await again.openRow(0);
    await reads(again.at('call-drawer'), '154 0000 9999', '通话中断', '录音已上传');
    expect(await again.at('call-drawer').getByTestId('note').inputValue()).toBe('引擎退出之前写的');
    await again.at('play').click();
    const played = (): Promise<number> =>
      page.locator('audio').evaluate((audio: HTMLAudioElement) => audio.currentTime);
    await expect.poll(played, { timeout: 20_000 }).toBeGreaterThan(1);
  });
});
