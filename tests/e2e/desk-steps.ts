import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Locator } from 'playwright-core';
import type { Settings } from '#shared/desk-contract/areas/settings.ts';
import { openClient, type Client } from '#tests/support/desk.ts';
import type { DeskWindow } from './desk-window.ts';
import type { Installation } from './installation.ts';

/** Waits until all of these words stand there; a red test shows what stood there instead. */
export async function reads(place: Locator, ...words: (string | RegExp)[]): Promise<void> {
  const text = (): Promise<string> => place.first().innerText({ timeout: 1000 }).catch(() => ''); // prettier-ignore
  for (const word of words) {
    const wanted = typeof word === 'string' ? expect.stringContaining(word) : expect.stringMatching(word);
    await expect.poll(text, { timeout: 30_000 }).toEqual(wanted);
  }
}

/** Types a number into the dial pad; the pad stays open. */
export async function typeNumber(window: DeskWindow, number: string): Promise<void> {
  if (!(await padField(window).isVisible())) await window.at('open-dial-pad').click();
  await padField(window).fill(number);
}
export const padField = (window: DeskWindow): Locator => window.page.getByRole('textbox', { name: '电话号码' });
export const padWords = (window: DeskWindow): Locator => window.page.locator('#dial-pad-read');

export async function dial(window: DeskWindow, number: string): Promise<void> {
  await typeNumber(window, number);
  await window.page.keyboard.press('Enter');
}

/** Dials and waits until the customer is on the line. */
export async function talkWith(window: DeskWindow, number: string): Promise<void> {
  await dial(window, number);
  await window.callState('通话中');
}

export async function hangUp(window: DeskWindow): Promise<void> {
  await window.at('hang-up').click();
  await window.callState(/我方挂断|已取消/);
}

/** A second look at the same desk, for what a test wants to know beyond the screen. */
export async function lookInside(there: Installation): Promise<Client> {
  return openClient(await there.host.openDesk('main'));
}

export async function withSettings(there: Installation, change: Partial<Settings>): Promise<void> {
  const client = await lookInside(there);
  await client.call('settings.change', change);
  client.dispose();
}

/** Where the one person of the demo who works at this desk keeps their recordings. */
export async function recordingsFolder(there: Installation): Promise<string> {
  const environment = join(there.dataDir, 'desks/main/environments/demo');
  const [person] = await readdir(environment);
  if (person === undefined) throw new Error('nobody has signed in to the demo');
  return join(environment, person, 'recordings');
}

export async function recordingFiles(there: Installation): Promise<{ name: string; bytes: Buffer }[]> {
  const folder = await recordingsFolder(there);
  const names = await readdir(folder);
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
}
