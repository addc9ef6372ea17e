import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { createLocalDeskHost, type LocalDeskHost } from '#main/demo/desk-host.ts';
import type { SimHandset } from '#simulator/phone/handset.ts';
import { enterDemo, openClient, quietShell, until, type Client } from '#tests/support/desk.ts';
import { until as wait } from '#tests/support/until.ts';

/** The handset of the simulated phone at a whole desk: its reports at one end, the desk contract at the other. */
let host: LocalDeskHost;
let client: Client;
let handset: SimHandset;
let dataDir: string;
let numbers = 0;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'jinhu-keys-'));
  await chmod(dataDir, 0o711);
  host = createLocalDeskHost({ dataDir, shell: quietShell, logger: silentLogger });
  client = openClient(await host.openDesk('main'));
  await enterDemo(client);
  ({ handset } = host.demo.phone());
  await until(client, 'openers.all', null, (openers) => openers.length > 0);
  await until(client, 'phone.state', null, ({ connection }) => connection === 'ready');
  await plugIn();
});
afterAll(async () => {
  client.dispose();
  await host.dispose();
  await rm(dataDir, { recursive: true, force: true });
});

async function plugIn(): Promise<void> {
  handset.plug();
  await until(client, 'phone.keys', null, ({ connected }) => connected);
}

/** Dials somebody who answers at once; resolves when the opener plays. */
async function talk(): Promise<void> {
  numbers += 1;
  await until(client, 'phone.state', null, ({ slots }) => slots.some((slot) => slot.problem === null));
  await client.call('calls.dial', { number: `154000${String(numbers).padStart(2, '0')}980`, leadId: null });
  await until(client, 'calls.current', null, ({ call }) => call?.opener?.state === 'playing');
}

async function endCall(): Promise<void> {
  const { call } = await until(client, 'calls.current', null, (current) => current.call?.state === 'ended');
  await client.call('calls.dismiss', { callId: call?.id ?? '' });
}

it('lifting the handset dials nobody, and its keypad only fills the dial field', async () => {
  handset.lift();
  handset.type('1');
  const { lastKey, dialField } = await until(client, 'phone.keys', null, (keys) => keys.dialField.digits === '1');
  expect([lastKey?.name, dialField.redial]).toEqual(['keypad-1', false]);
  handset.putDown();
  await until(client, 'phone.keys', null, (keys) => keys.lastKey?.name === 'hook-down');
  expect(host.demo.phone().calls).toEqual([]);
});

it('case: physical F2: a key that was learned cuts in, mute mutes, and putting down hangs up', async () => {
  const learning = client.call('phone.learnKey', null);
  // The command is on its way: what is pressed before it arrives is an ordinary key.
  await new Promise((resolve) => setTimeout(resolve, 100));
  handset.press('button-1');
  const { key } = await learning;
  await client.call('settings.change', { phoneKeys: { cutIn: key } });
  expect(key).toBe('button-1');
  await talk();
  await wait('the off-hook light', () => handset.lights.includes('off-hook'));
  handset.lift();
  handset.press('button-1');
  await until(client, 'calls.current', null, ({ call }) => call?.opener?.state === 'cut-in');
  handset.press('mute');
  await until(client, 'calls.current', null, ({ call }) => call?.muted === true);
  await wait('the mute light', () => handset.lights.includes('mute'));
  handset.putDown();
  const { call } = await until(client, 'calls.current', null, (current) => current.call?.state === 'ended');
  expect(call?.endCause).toBe('local-hang-up');
  await wait('all lights off', () => handset.lights.length === 0);
  await endCall();
});

it('case 34: the handset vanishes in a call: the call goes on, and its lights come back with it', async () => {
  await talk();
  handset.lift();
  handset.unplug();
  handset.putDown();
  await until(client, 'phone.keys', null, ({ connected }) => !connected);
  const { talkMs } = await until(client, 'calls.current', null, ({ call }) => call?.state === 'active');
  await until(client, 'calls.current', null, (current) => current.talkMs > talkMs + 500 && current.call?.state === 'active'); // prettier-ignore
  await plugIn();
  await wait('the off-hook light', () => handset.lights.includes('off-hook'));
  // It was put down while nobody looked; how it lies at its return is no wish.
  const { call } = await until(client, 'calls.current', null, (current) => current.call !== null);
  expect(call?.state).toBe('active');
  handset.press('drop');
  await endCall();
});
