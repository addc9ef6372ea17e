import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import type { HidDevice } from '../face.ts';
import { createNodeHidBus, hidErrorCode, joinHidBuses, linuxDescriptor, telephonyDevices } from './node-hid.ts';
import { hex, telephonyHeadset } from './testing/descriptors.ts';

const device = (path: string, usagePage: number, more = {}): Parameters<typeof telephonyDevices>[0][number] => ({
  path,
  usagePage,
  usage: 5,
  vendorId: 0x0b0e,
  productId: 0x0307,
  release: 0,
  interface: 3,
  ...more,
});

describe('the machine as a bus of telephony devices', () => {
  it('takes the telephony collections and one entry per path, with a name for people', () => {
    const found = telephonyDevices([
      device('/dev/hidraw2', 0x0c),
      device('/dev/hidraw2', 0x0b, { manufacturer: 'GN Audio', product: 'Jabra EVOLVE LINK' }),
      device('/dev/hidraw2', 0x0b),
      device('/dev/hidraw0', 0x01),
      device('/dev/hidraw1', 0x0b, { manufacturer: 'Yealink', product: 'Yealink UH36' }),
      device('/dev/hidraw4', 0x0b),
    ]);
    expect(found.map(({ path, name }) => [path, name])).toEqual([
      ['/dev/hidraw1', 'Yealink UH36'],
      ['/dev/hidraw2', 'GN Audio Jabra EVOLVE LINK'],
      ['/dev/hidraw4', 'USB HID'],
    ]);
  });

  it('is asked without a device, and a device that is not there is missing', async () => {
    // The native part itself: it loads, lists, and refuses what does not exist.
    await expect(createNodeHidBus().list()).resolves.toBeInstanceOf(Array);
    const [gone] = telephonyDevices([device('/dev/hidraw99', 0x0b)]);
    await expect(gone?.transport().open()).rejects.toMatchObject({ code: 'keys.missing' });
  });

  it('words trouble by what a person can do about it', () => {
    expect(hidErrorCode('cannot open device with path /dev/hidraw2: Permission denied', true)).toBe('keys.denied');
    expect(hidErrorCode('Failed to open a device with path: Access is denied.', true)).toBe('keys.denied');
    expect(hidErrorCode('cannot open device with path /dev/hidraw2', false)).toBe('keys.missing');
    expect(hidErrorCode('No such device', true)).toBe('keys.missing');
    expect(hidErrorCode('could not read from HID device', true)).toBe('keys.busy');
  });

  it('reads a descriptor where Linux keeps it, byte for byte, and knows that others do not', async () => {
    const root = tempFolder();
    const folder = join(root, 'sys/class/hidraw/hidraw3/device');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'report_descriptor'), hex(telephonyHeadset));
    expect(Uint8Array.from((await linuxDescriptor('/dev/hidraw3', root)) ?? [])).toEqual(hex(telephonyHeadset));
    expect(await linuxDescriptor('/dev/hidraw4', root)).toBeNull();
    expect(await linuxDescriptor('DevSrvsID:4294969000', root)).toBeNull();
    expect(await linuxDescriptor('/dev/hidraw3/../../etc/passwd', root)).toBeNull();
  });
});

describe('several buses', () => {
  const one = { path: 'a' } as HidDevice;
  const good = { list: () => Promise.resolve([one]) };
  const bad = { list: () => Promise.reject(new AppError('keys.unavailable')) };

  it('are one; a broken one hides no device of the others', async () => {
    expect(await joinHidBuses(bad, good).list()).toEqual([one]);
    await expect(joinHidBuses(bad, { list: () => Promise.resolve([]) }).list()).rejects.toMatchObject({
      code: 'keys.unavailable',
    });
  });
});
