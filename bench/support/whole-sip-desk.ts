import type { CDPSession, Page } from 'playwright-core';
import { Pbx } from '#simulator/pbx/pbx.ts';
import { Trunk, type TrunkOptions } from '#simulator/pbx/trunk.ts';
import type { Settings } from '#shared/desk-contract/areas/settings.ts';
import { DeskWindow } from '#tests/e2e/desk-window.ts';
import { install, type Installation, type InstallOptions } from '#tests/e2e/installation.ts';
import { openClient, until, type Client } from '#tests/support/desk.ts';

/** The whole program with one SIP line, registered: station, built window in Chromium, PBX and trunk. */
export interface WholeSipDesk {
  readonly client: Client;
  readonly page: Page;
  readonly trunk: Trunk;
  readonly pbx: Pbx;
  readonly there: Installation;
  /** What the window keeps, after its rubbish was collected. */
  heapKb(): Promise<number>;
  close(): Promise<void>;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @param settings beside SIP as the way of dials, and no time after a call */
export async function openWholeSipDesk(
  trunkOptions: TrunkOptions,
  settings: Partial<Settings> = {},
  sound: Pick<InstallOptions, 'sound'> = {},
): Promise<WholeSipDesk> {
  const trunk = await Trunk.open(trunkOptions);
  const pbx = await Pbx.start({ users: [{ name: '8001', password: 'pw-8001' }], lines: { '*': trunk.port } });
  const there = await install(sound);
  const { page } = await there.open();
  await new DeskWindow(page).enterDemo();
  const client = openClient(await there.host.openDesk('main'));
  await client.call('settings.change', { channel: 'sip', wrapUpSeconds: 0, ...settings });
  const account = { server: pbx.url, domain: pbx.domain, user: '8001', authUser: null, displayName: '' };
  await client.call('sip.saveAccount', { id: null, account: { ...account, password: 'pw-8001' } });
  await until(client, 'sip.state', null, ({ lines }) => lines[0]?.line.phase === 'registered');
  const session: CDPSession = await page.context().newCDPSession(page);
  return {
    client,
    page,
    trunk,
    pbx,
    there,
    async heapKb() {
      await pause(2_000);
      await session.send('HeapProfiler.collectGarbage');
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      return usedSize / 1024;
    },
    async close() {
      client.dispose();
      await there.close();
      trunk.close();
      await pbx.close();
    },
  };
}
