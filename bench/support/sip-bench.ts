import { talkative } from '#simulator/network/behaviours.ts';
import { Pbx, type PbxOptions } from '#simulator/pbx/pbx.ts';
import { Trunk } from '#simulator/pbx/trunk.ts';
import type { SipAccount } from '#shared/domain/sip-account.ts';
import { tone } from '#tests/support/tone-power.ts';
import {
  bundleTelephony,
  launchToneBrowser,
  openBrowserPhone,
  type BrowserPhone,
} from '#tests/support/telephony-page.ts';

export const microphoneHz = 1000;

export interface SipBench {
  readonly trunk: Trunk;
  readonly pbx: Pbx;
  readonly agent: BrowserPhone;
  readonly account: SipAccount;
  close(): Promise<void>;
}

export const customerHz = 700;
/** Longer than any bench talks. */
const spokenSeconds = 600;

/**
 * A real PBX, its customers, and our agent in Chromium; customers answer at once.
 * @param say the tone of the customers; null = they say nothing
 */
export async function openSipBench(
  numbers: readonly string[],
  say: number | null = null,
  more: { readonly users?: PbxOptions['users']; readonly lines?: PbxOptions['lines'] } = {},
): Promise<SipBench> {
  const opening = say === null ? [] : Array.from({ length: spokenSeconds }, () => ({ voice: 'tone' }));
  const customer = { ...talkative, alertAfterMs: 20, answerAfterMs: [40, 40] as const, opening, replies: [] };
  const farParties = Object.fromEntries(numbers.map((number) => [number, customer]));
  const trunk = await Trunk.open({ farParties, voices: new Map([['tone', tone(say ?? 0, 1)]]) });
  const pbx = await Pbx.start({
    users: [{ name: '8001', password: 'pw-8001' }, ...(more.users ?? [])],
    lines: { ...more.lines, '*': trunk.port },
  });
  const browser = await launchToneBrowser(await bundleTelephony(), microphoneHz);
  const agent = await openBrowserPhone(browser);
  const account = {
    server: pbx.url,
    domain: pbx.domain,
    user: '8001',
    authUser: null,
    password: 'pw-8001',
    displayName: '',
    callerIds: [],
  };
  return {
    trunk,
    pbx,
    agent,
    account,
    async close() {
      await browser.close();
      trunk.close();
      await pbx.close();
    },
  };
}
