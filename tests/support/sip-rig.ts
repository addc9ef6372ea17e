import { expect } from 'vitest';
import type { SipAccount } from '#shared/domain/sip-account.ts';
import { talkative, type Behaviour } from '#simulator/network/behaviours.ts';
import { codeParties, featureCodes } from '#simulator/pbx/feature-codes.ts';
import { Pbx } from '#simulator/pbx/pbx.ts';
import { Trunk } from '#simulator/pbx/trunk.ts';
import { until } from './until.ts';
import {
  bundleTelephony,
  launchToneBrowser,
  openBrowserPhone,
  type BrowserPhone,
  type ToneBrowser,
} from './telephony-page.ts';
import type { TestPhone } from './telephony-page-main.ts';
import { loudnessOf, tone, tonePower } from './tone-power.ts';

declare const phone: TestPhone;

export const customerHz = 600;
export const number = '15400000137';

/** Rings, answers, and says one tone for a minute. */
const customer: Behaviour = {
  ...talkative,
  alertAfterMs: 50,
  answerAfterMs: [200, 200],
  opening: Array.from({ length: 60 }, () => ({ voice: 'tone' })),
  replies: [],
};

/** A PBX with a customer of one tone behind its trunk, and browsers at its extensions. */
export interface SipRig {
  readonly pbx: Pbx;
  readonly trunk: Trunk;
  account(user: string): SipAccount;
  /** Not registered yet. @param hz what its microphone says */
  open(hz: number): Promise<BrowserPhone>;
  /** Registered, with the microphone open to whomever it is connected with. @param server another way to the PBX */
  phone(user: string, hz: number, server?: string): Promise<BrowserPhone>;
  close(): Promise<void>;
}

export async function openSipRig(users: readonly string[]): Promise<SipRig> {
  const script = await bundleTelephony();
  const trunk = await Trunk.open({
    voices: new Map([['tone', tone(customerHz, 1)]]),
    farParties: { [number]: customer, ...codeParties },
  });
  const pbx = await Pbx.start({
    users: users.map((name) => ({ name, password: `pw-${name}` })),
    lines: { '*': trunk.port },
    codes: featureCodes,
  });
  const account = (user: string): SipAccount => ({
    server: pbx.url,
    domain: pbx.domain,
    user,
    authUser: null,
    password: `pw-${user}`,
    displayName: `坐席 ${user}`,
    callerIds: [],
  });
  const browsers = new Map<number, Promise<ToneBrowser>>();
  const browserOf = (hz: number): Promise<ToneBrowser> => {
    const launched = browsers.get(hz) ?? launchToneBrowser(script, hz);
    browsers.set(hz, launched);
    return launched;
  };
  const open = async (hz: number): Promise<BrowserPhone> => openBrowserPhone(await browserOf(hz));
  return {
    pbx,
    trunk,
    account,
    open,
    async phone(user, hz, server = pbx.url) {
      const opened = await open(hz);
      await opened.start({ ...account(user), server });
      await opened.until('line:registered');
      await opened.page.evaluate(() => phone.setOpen(true));
      return opened;
    },
    async close() {
      for (const browser of browsers.values()) await (await browser).close();
      trunk.close();
      await pbx.close();
    },
  };
}

/** The last half second that the customer heard; shorter in a call that is. */
export const customerHeard = ({ trunk }: SipRig): Int16Array => trunk.farParty(number).heard.samples.subarray(-4000);

/** From now on: what was heard before does not count. */
export function customerHears({ trunk }: SipRig, hz: number): Promise<void> {
  const far = trunk.farParty(number);
  const before = far.heard;
  const from = before.samples.length;
  return until(`the customer hears ${hz} Hz`, () => {
    const fresh = far.heard.samples.subarray(far.heard === before ? from : 0).subarray(-4000);
    return fresh.length === 4000 && tonePower(fresh, hz) > 1e12;
  });
}

/** On its way when the last word was said. */
const lateSamples = 800;

/** For half a second from now on: no packet comes, or none with a sound in it. */
export async function customerHearsNothing({ trunk }: SipRig): Promise<void> {
  const { heard } = trunk.farParty(number);
  const from = heard.samples.length + lateSamples;
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(loudnessOf(heard.samples.subarray(from))).toBeLessThan(20);
}

/** In that call of that browser. */
export async function hears(browser: BrowserPhone, id: string, hz: number): Promise<void> {
  await browser.page.waitForFunction(([call, tone]) => phone.hears(call, tone) > -40, [id, hz] as const);
}
