import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadVoices } from '#simulator/network/voices.ts';
import { wavFile } from '#simulator/network/wav.ts';
import { Pbx, type PbxOptions } from '#simulator/pbx/pbx.ts';
import { Trunk, type TrunkOptions } from '#simulator/pbx/trunk.ts';
import type { WatchedPage } from '#tests/support/chromium.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

/** A desk whose PBX has three extensions and a trunk; the agent is signed in to the demo and speaks into a microphone. */
export interface SipDesk extends WatchedPage {
  readonly trunk: Trunk;
  readonly pbx: Pbx;
  readonly there: Installation;
  readonly agent: DeskWindow;
  close(): Promise<void>;
}

/** Passwords are `pw-` and the extension. */
const extensions = ['8001', '8002', '8003'];

interface SipDeskOptions extends Pick<PbxOptions, 'codes' | 'certificate'> {
  /** Its browser shows them. */
  readonly notices?: boolean;
}

/** @param options what its PBX has beside extensions and trunk; a certificate is trusted by this browser alone */
export async function openSipDesk(
  trunkOptions: TrunkOptions,
  { notices = false, ...pbxOptions }: SipDeskOptions = {},
): Promise<SipDesk> {
  const folder = mkdtempSync(join(tmpdir(), 'sip-desk-'));
  const microphone = join(folder, 'agent.wav');
  writeFileSync(microphone, wavFile(loadVoices().get('agent-talk') ?? new Int16Array()));
  const trunk = await Trunk.open(trunkOptions);
  const users = extensions.map((name) => ({ name, password: `pw-${name}` }));
  const pbx = await Pbx.start({ users, lines: { '*': trunk.port }, ...pbxOptions });
  const { certificate } = pbxOptions;
  const there = await install({ sound: { microphone }, trusted: certificate ? [certificate.spkiHash] : [], notices });
  const watched = await there.open();
  const agent = new DeskWindow(watched.page);
  await agent.enterDemo('agent');
  return {
    ...watched,
    trunk,
    pbx,
    there,
    agent,
    async close() {
      await there.close();
      trunk.close();
      await pbx.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What one of the extensions has to have in the form of its account. */
export async function typeAccount({ page, pbx }: SipDesk, user: string, server = pbx.url): Promise<void> {
  await page.getByLabel('服务器地址').fill(server);
  await page.getByLabel('域', { exact: true }).fill(pbx.domain);
  await page.getByLabel('分机号', { exact: true }).fill(user);
  await page.getByLabel('密码', { exact: true }).fill(`pw-${user}`);
}

/** The one account, as extension 8001. */
export async function register(desk: SipDesk): Promise<void> {
  await desk.agent.goToSettings('锦云通讯');
  await typeAccount(desk, '8001');
  await desk.agent.at('sip-save').click();
  await desk.agent.at('sip-line').filter({ hasText: '已注册' }).waitFor();
}

/** Over the registered line; the pad is open or not. */
export async function dialOverSip({ agent, page }: Pick<SipDesk, 'agent' | 'page'>, number: string): Promise<void> {
  await page.keyboard.press('Control+d');
  await agent.at('dial-way').filter({ hasText: '已注册' }).waitFor();
  await page.keyboard.type(number);
  await page.keyboard.press('Enter');
}
