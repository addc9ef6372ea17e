import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCloudClient, type CloudClient, type Tokens } from '#engine/sync/cloud-client.ts';
import { cloudCall } from '#shared/cloud-contract/rows.ts';
import { systemClock } from '#engine/index.ts';
import { hangUp, reads, recordingFiles, talkWith } from './desk-steps.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

/** The way in and the cloud behind it, with everything that may be wrong with both. One story: each step finds what the one before left. */
let there: Installation;
let agent: DeskWindow;
let cloudUrl: string;

beforeAll(async () => {
  there = await install();
  agent = new DeskWindow((await there.open()).page);
});
afterAll(() => there.close());

const listen = async (server: Server, port = 0): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};
const close = (server: Server): Promise<unknown> => new Promise((resolve) => server.close(resolve));
const stopCloud = (): Promise<void> => there.host.demo.dispose();
const startCloud = async (): Promise<string> =>
  (await there.host.demo.world.start(() => undefined, new AbortController().signal)).cloudUrl;

/** The calls that the cloud holds and their recordings' hashes, as the administrator's desk would get them. */
async function callsInCloud(): Promise<{ note: string; outcome: string | null; hash: string }[]> {
  const cloud = await signInElsewhere('admin', 'demo1234', 'test');
  const { changes } = await cloud.changes(0);
  // A call that changed five times is in the stream five times; the row is one.
  const calls = new Map(changes.filter(({ type }) => type === 'call').map(({ id, row }) => [id, cloudCall.parse(row)]));
  return Promise.all(
    [...calls.values()].map(async ({ note, outcome, recording }) => ({
      note,
      outcome,
      hash: recording ? sha256(await buffer((await cloud.openRecording(recording.id)).stream)) : 'none',
    })),
  );
}

/** Somebody on another computer. */
async function signInElsewhere(account: string, password: string, name: string): Promise<CloudClient> {
  let stored: Tokens | null = null;
  const tokens = { load: () => stored, save: (next: Tokens | null) => void (stored = next) };
  const cloud = createCloudClient({ baseUrl: cloudUrl, clock: systemClock, tokens, deviceId: name, onSignedOut: () => undefined }); // prettier-ignore
  await cloud.signIn(account, password, name);
  return cloud;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('the address of the cloud', () => {
  const address = () => agent.page.getByLabel('云端地址');
  const connectTo = async (url: string): Promise<void> => {
    await address().fill(url);
    await agent.at('choose-production').click();
  };

  it('is nonsense: the field says how an address looks, and keeps what was typed', async () => {
    await connectTo('公司的 云端');
    await reads(agent.page.locator('#cloud-url-error'), '云端地址格式不对', '例如 https://desk.example.com');
    expect(await address().inputValue()).toBe('公司的 云端');
  });

  it('leads nowhere, then to something that is no cloud of ours', async () => {
    const server = createServer((_request, response) => response.end('hello'));
    const port = await listen(server);
    await close(server);
    const url = `http://127.0.0.1:${port}`;
    await connectTo(url);
    await reads(agent.page.getByRole('alert'), '连不上云端', `地址 ${url} 没有响应`, '请检查网络');
    expect(await address().inputValue()).toBe(url);

    await listen(server, port);
    await agent.page.getByRole('button', { name: '重试' }).click();
    await reads(agent.page.locator('#cloud-url-error'), '这个地址不是锦呼云端', '请向管理员核对地址和端口');
    await close(server);
  });
});

describe('signing in', () => {
  const password = () => agent.page.getByLabel('密码');
  const atField = () => agent.page.locator('#password-error');
  const tryPassword = async (wrong: string): Promise<void> => {
    await password().fill(wrong);
    await agent.at('sign-in').click();
    await agent.page.locator('[data-testid=sign-in]:not([disabled])').waitFor();
  };

  it('with a wrong password: said at the field, the account stays', async () => {
    await agent.page.getByRole('button', { name: '进入演示环境' }).click();
    await agent.page.getByLabel('账号', { exact: true }).fill('lin', { timeout: 90_000 });
    await tryPassword('Demo1234');
    await reads(atField(), '账号或密码不正确', '请检查大小写', '联系企业管理员重置');
    expect(await agent.page.getByLabel('账号', { exact: true }).inputValue()).toBe('lin');
  });

  it('after five wrong ones the account rests, and the words say for how long', async () => {
    for (let wrong = 2; wrong <= 5; wrong += 1) await tryPassword(`wrong-${wrong}`);
    // The right one does not help either: else the lock would tell which one is right.
    await tryPassword('demo1234');
    await reads(atField(), '账号已被临时锁定', /请 ([12]\d|30|\d) 秒后再试/);
    expect(await agent.page.getByLabel('账号', { exact: true }).inputValue()).toBe('lin');
  });

  it('while the cloud is away: one button tries again when it is back', async () => {
    await stopCloud();
    await agent.at('demo-agent').first().click();
    await reads(agent.page.getByRole('alert'), '连不上云端', '没有响应', '请检查网络');
    cloudUrl = await startCloud();
    await agent.page.getByRole('button', { name: '重试' }).click();
    await agent.goTo('线索库');
    await agent.leadRows.first().waitFor();
  });
});

describe('the cloud goes away while an agent works', () => {
  const sync = () => agent.at('sync-state');

  it('the desk works on, and says what waits', async () => {
    await reads(agent.page.getByRole('contentinfo'), '已同步');
    await stopCloud();
    await talkWith(agent, '15400009999');
    await expect.poll(() => agent.seconds('talk-time'), { timeout: 20_000 }).toBeGreaterThan(2);
    await hangUp(agent);
    await agent.at('outcome-call-again').click();
    await agent.at('note').fill('断网时也要记下来');
    await reads(agent.at('note-state'), '已保存');
    await reads(agent.at('call-dock'), '录音已存');
    await reads(sync(), '离线');
    await sync().click();
    const panel = agent.page.getByRole('dialog', { name: '同步状态' });
    await reads(panel, '连不上云端', '照常保存在本机，恢复后自动同步', /待同步记录\s*1/, /待上传录音\s*1/);
  });

  it('when it is back everything arrives, once', async () => {
    await startCloud();
    await agent.page.getByRole('button', { name: '立即同步' }).click();
    await reads(agent.page.getByRole('contentinfo'), '已同步');
    await agent.page.keyboard.press('Escape');
    await reads(agent.at('call-dock'), '录音已上传');
    const wav = await recordingFiles(there);
    expect(wav.map(({ name }) => name)).toEqual([expect.stringMatching(/\.wav$/)]);
    const hash = sha256(wav[0]?.bytes ?? Buffer.alloc(0));
    expect(await callsInCloud()).toEqual([{ note: '断网时也要记下来', outcome: 'call-again', hash }]);
  });
});

describe('account and devices', () => {
  let page: Page;
  beforeAll(() => void ({ page } = agent));
  const fresh = 'sieben blaue Lampen';
  const fill = async (old: string, wanted: string, again = wanted): Promise<void> => {
    await page.fill('#old-password', old);
    await page.fill('#new-password', wanted);
    await page.fill('#new-password-again', again);
  };
  const openPage = (): Promise<void> => agent.goToSettings('账号与设备');

  it('a new password: what is wrong with it is said beforehand', async () => {
    await openPage();
    await reads(page.getByRole('main'), '演示账号的密码显示在登录页上');
    await agent.at('user-menu').click();
    await page.getByRole('menuitem', { name: '更换环境' }).click();
    await page.getByLabel('云端地址').fill(cloudUrl);
    await agent.at('choose-production').click();
    await page.fill('#account', 'zhao');
    await page.fill('#password', 'demo1234');
    await agent.at('sign-in').click();
    await openPage();
    await reads(agent.at('who-am-i'), '赵明', 'zhao', '销售一部', '示例科技有限公司', '刚刚');
    await fill('demo1234', 'woaini1314');
    await reads(page.locator('#new-password-error'), '这是最常见的密码之一', '别人想不到');
    await fill('demo1234', fresh, 'sieben blaue Lamden');
    await page.locator('#old-password').focus();
    await reads(page.locator('#new-password-again-error'), '两次输入的新密码不一致');
    await fill('Demo1234', fresh);
    await agent.at('change-password').click();
    await reads(page.locator('#old-password-error'), '原密码不正确');
    await fill('demo1234', fresh);
    await agent.at('change-password').click();
    await reads(page.getByRole('status'), '密码已修改');
  });

  it('a device that is not here any more is taken off, and what it asks next is refused', async () => {
    const other = await signInElsewhere('zhao', fresh, '丢了的笔记本');
    await agent.at('nav-leads').click();
    await openPage();
    const row = page.locator('[data-testid=device][data-name="丢了的笔记本"]');
    await row.getByTestId('end-device').click();
    await reads(page.getByRole('dialog'), '下线“丢了的笔记本”？', '立即退出登录');
    await agent.at('end-device-now').click();
    await reads(row, '已退出');
    await expect(other.me()).rejects.toMatchObject({ code: 'auth.revoked' });
  });

  it('this one, when somebody else takes it off: the window says so, and the person signs in again', async () => {
    const boss = await signInElsewhere('zhao', fresh, '家里的电脑');
    const here = (await boss.devices()).find(({ current, signedIn }) => signedIn && !current);
    await boss.endDevice(here?.id ?? '');
    // Nobody clicks: the cloud ends the stream of a device that is taken off, and the desk asks why.
    await reads(page.getByRole('alert'), '这台设备已被下线', '重新登录');
    await page.fill('#password', fresh);
    await agent.at('sign-in').click();
    await agent.at('user-menu').filter({ hasText: '赵明' }).waitFor();
  });
});
