import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimHandset } from '#simulator/phone/handset.ts';
import type { PhoneConnection, UsbPhone } from '#shared/desk-contract/areas/phone.ts';
import { FakeSysfs } from '#tests/support/fake-sysfs.ts';
import { testContext } from '../../testing/test-context.ts';
import { readLinuxFacts } from '../discovery/read-facts-linux.ts';
import type { HidBus } from '../face.ts';
import { createHidKeys, loadHidRules, loadProfiles } from '../index.ts';
import { joinHidBuses } from './node-hid.ts';

const rules = loadHidRules('resources/devices/hid');
const profiles = loadProfiles('resources/devices');

/** The look at the system's files that runs now. */
let reading: Promise<unknown> = Promise.resolve();
async function settle(): Promise<void> {
  for (let n = 0; n < 3; n += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    await reading;
  }
}

const usb = (serialNumber: string | null, location: string): UsbPhone => ({
  kind: 'usb',
  usbId: '2c7c:0125',
  serialNumber,
  location,
  shape: 'mux',
  modems: 1,
  label: 'phone',
});

let sysfs: FakeSysfs;
beforeEach(() => {
  sysfs = new FakeSysfs();
});
afterEach(() => sysfs.remove());

/** Handsets under the names that the system gives them, and a headset that belongs to no phone. */
function desk(connection: PhoneConnection) {
  const { clock, logger } = testContext();
  const names = new Map<SimHandset, string>();
  const called = (handset: SimHandset, name: string): HidBus => ({
    list: async () =>
      (await handset.bus().list()).map((device) => ({ ...device, name, path: names.get(handset) ?? device.path })),
  });
  const [mine, other, headset] = [new SimHandset(clock), new SimHandset(clock), new SimHandset(clock)];
  const chosen = { connection };
  const keys = createHidKeys({
    context: { clock, logger, newId: () => 'id', dataDir: '/nowhere' },
    rules,
    profiles,
    loopback: null,
    connection: () => chosen.connection,
    // Another phone's comes first in the list: the order alone must not decide.
    bus: joinHidBuses(called(other, 'other'), called(headset, 'headset'), called(mine, 'mine')),
    readFacts: () => {
      const facts = readLinuxFacts(sysfs);
      reading = facts;
      return facts;
    },
  });
  return {
    mine,
    other,
    headset,
    keys,
    chosen,
    plug(handset: SimHandset, phone: { place: string; serial?: string | null; tty: string; hidraw: string }): void {
      const { place, serial = null, tty, hidraw } = phone;
      sysfs.plug({ place, serial, ttys: { 2: tty }, hidraw: [hidraw] });
      names.set(handset, join(sysfs.dev, hidraw));
      handset.plug();
    },
    unplug(handset: SimHandset, place: string): void {
      sysfs.unplug(place);
      handset.unplug();
    },
    /** What is seen for the first time is opened at the next look. */
    async look(): Promise<string | null> {
      keys.start();
      for (const ms of [0, 500, 2000, 500]) {
        clock.advance(ms);
        await settle();
      }
      return keys.state.name;
    },
  };
}

describe('the keys of the chosen phone', () => {
  it('come before a headset and before those of its twin, and are found again under another name', async () => {
    const { mine, other, headset, plug, unplug, look } = desk(usb('MINE', '1-1'));
    headset.plug();
    plug(other, { place: '1-2', serial: 'OTHER', tty: 'ttyUSB0', hidraw: 'hidraw0' });
    plug(mine, { place: '1-1', serial: 'MINE', tty: 'ttyUSB1', hidraw: 'hidraw1' });
    expect(await look()).toBe('mine');
    unplug(mine, '1-1');
    expect(await look()).toBe('headset');
    plug(mine, { place: '1-4', serial: 'MINE', tty: 'ttyUSB5', hidraw: 'hidraw7' });
    expect(await look()).toBe('mine');
  });

  it('without serial numbers are those in its socket, wherever the twin’s are in the list', async () => {
    const { mine, other, plug, look } = desk(usb(null, '1-1'));
    plug(other, { place: '1-2', tty: 'ttyUSB0', hidraw: 'hidraw0' });
    plug(mine, { place: '1-1', tty: 'ttyUSB1', hidraw: 'hidraw1' });
    expect(await look()).toBe('mine');
  });

  it('of another phone are taken where there are no others', async () => {
    const { mine, other, headset, plug, look } = desk(usb('MINE', '1-1'));
    plug(other, { place: '1-2', serial: 'OTHER', tty: 'ttyUSB0', hidraw: 'hidraw0' });
    expect(await look()).toBe('other');
    headset.plug();
    expect(await look()).toBe('headset');
    plug(mine, { place: '1-1', serial: 'MINE', tty: 'ttyUSB1', hidraw: 'hidraw1' });
    expect(await look()).toBe('mine');
  });

  it('follow the choice of the phone; what is left goes dark, what is taken shows the lights', async () => {
    const { mine, other, keys, chosen, plug, look } = desk(usb('MINE', '1-1'));
    plug(other, { place: '1-2', serial: 'OTHER', tty: 'ttyUSB0', hidraw: 'hidraw0' });
    plug(mine, { place: '1-1', serial: 'MINE', tty: 'ttyUSB1', hidraw: 'hidraw1' });
    await look();
    keys.show({ 'off-hook': true, ring: false, mute: true, hold: false });
    await settle();
    expect([mine.lights, other.lights]).toEqual([['off-hook', 'mute'], []]);
    chosen.connection = usb('OTHER', '1-2');
    expect(await look()).toBe('other');
    expect([mine.lights, other.lights]).toEqual([[], ['off-hook', 'mute']]);
    const pressed: string[] = [];
    keys.onKey(({ key }) => pressed.push(key));
    mine.press('redial');
    other.press('flash');
    expect(pressed).toEqual(['flash']);
  });

  it('are those of the phone that has the chosen port; where the choice names no phone, the first in the list', async () => {
    const port = { kind: 'serial', path: join(sysfs.dev, 'ttyUSB1'), baudRate: 115_200 } as const;
    const { mine, other, chosen, plug, look } = desk({ kind: 'mux', modem: { at: port, pcm: null } });
    plug(other, { place: '1-2', serial: 'OTHER', tty: 'ttyUSB0', hidraw: 'hidraw0' });
    plug(mine, { place: '1-1', serial: 'MINE', tty: 'ttyUSB1', hidraw: 'hidraw1' });
    expect(await look()).toBe('mine');
    chosen.connection = { kind: 'none' };
    // What works is not changed for something no better.
    expect(await look()).toBe('mine');
    mine.unplug();
    expect(await look()).toBe('other');
    mine.plug();
    expect(await look()).toBe('other');
  });

  it('that cannot be opened leave the others in use', async () => {
    const { mine, headset, keys, plug, look } = desk(usb('MINE', '1-1'));
    headset.plug();
    expect(await look()).toBe('headset');
    plug(mine, { place: '1-1', serial: 'MINE', tty: 'ttyUSB1', hidraw: 'hidraw1' });
    const [device] = await mine.bus().list();
    const holder = device?.transport();
    await holder?.open();
    expect(await look()).toBe('headset');
    expect(keys.state).toMatchObject({ connected: true, problem: null });
    await holder?.close();
    expect(await look()).toBe('mine');
  });
});
