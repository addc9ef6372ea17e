import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeSysfs } from '#tests/support/fake-sysfs.ts';
import { hidFactsOf } from '../hid/node-hid.ts';
import { loadProfiles } from '../profiles/load-profiles.ts';
import type { PhoneProfile } from '../profiles/profile.ts';
import { describePhone } from './describe-phone.ts';
import type { DeviceFacts, SerialFacts } from './facts.ts';
import { findByIdentity, groupDevices, type FoundPhone } from './group-devices.ts';
import { readLinuxFacts } from './read-facts-linux.ts';
import { factOfPort } from './read-facts.ts';
import { usbRulesOf } from './usb-rules.ts';

let sysfs: FakeSysfs;
beforeEach(() => {
  sysfs = new FakeSysfs();
});
afterEach(() => sysfs.remove());

const look = async (isHub = false): Promise<readonly FoundPhone[]> =>
  groupDevices(await readLinuxFacts(sysfs), () => isHub);
const paths = (phone: FoundPhone | undefined): string[] =>
  phone?.modems.flatMap(({ ports }) => ports.map(({ path }) => path.slice(sysfs.dev.length + 1))) ?? [];

describe('the parts of one phone', () => {
  it('are what sits on one USB device: ports in the order of their interfaces, keys, sound', async () => {
    sysfs.plug({
      place: '1-2',
      serial: '0123',
      ttys: { 2: 'ttyUSB2', 0: 'ttyUSB0', 3: 'ttyUSB3' },
      hidraw: ['hidraw1'],
      cards: ['card1'],
    });
    const [phone, ...others] = await look();
    expect(others).toEqual([]);
    expect(phone).toMatchObject({ usbId: '2c7c:0125', serialNumber: '0123', location: '1-2', twin: false });
    expect(paths(phone)).toEqual(['ttyUSB0', 'ttyUSB2', 'ttyUSB3']);
    expect(phone?.modems[0]?.ports.map(({ usbInterface }) => usbInterface)).toEqual([0, 2, 3]);
    expect(phone?.hid).toMatchObject([{ path: join(sysfs.dev, 'hidraw1') }]);
    expect(phone?.audio).toMatchObject([{ card: 'card1', name: 'EG25-G' }]);
  });

  it('are also a key pad and a sound chip of the same maker on the hub inside the phone', async () => {
    sysfs.plug({ place: '1-2.1', serial: 'A', ttys: { 0: 'ttyUSB0' } });
    sysfs.plug({ place: '1-2.2', product: '9999', hidraw: ['hidraw1'] });
    sysfs.plug({ place: '1-2.3', product: '8888', serial: 'A', cards: ['card1'] });
    sysfs.plug({ place: '1-2.4', vendor: '046d', product: 'c31c', hidraw: ['hidraw2'] });
    const [phone] = await look();
    expect(phone?.hid.map(({ path }) => path.slice(-7))).toEqual(['hidraw1']);
    expect(phone?.audio).toHaveLength(1);
  });

  it('are nobody’s where two phones on one hub could claim them', async () => {
    sysfs.plug({ place: '1-2.1', serial: 'A', ttys: { 0: 'ttyUSB0' } });
    sysfs.plug({ place: '1-2.2', serial: 'B', ttys: { 0: 'ttyUSB1' } });
    sysfs.plug({ place: '1-2.3', product: '8888', cards: ['card1'] });
    expect((await look()).map(({ audio }) => audio.length)).toEqual([0, 0]);
  });

  it('are five modems where a profile says that this phone is a hub; else each of them is a phone', async () => {
    for (const n of [3, 1, 2, 5, 4]) sysfs.plug({ place: `1-2.${n}`, serial: `S${n}`, ttys: { 2: `ttyUSB${n}` } });
    const [phone, ...others] = await look(true);
    expect(others).toEqual([]);
    expect(phone).toMatchObject({ location: '1-2', serialNumber: 'S1' });
    expect(paths(phone)).toEqual(['ttyUSB1', 'ttyUSB2', 'ttyUSB3', 'ttyUSB4', 'ttyUSB5']);
    expect(await look(false)).toHaveLength(5);
  });
});

describe('a found phone', () => {
  it('has the shape that its profile tells before a word is spoken', async () => {
    sysfs.plug({ place: '1-1', serial: 'A', ttys: { 2: 'ttyUSB0' } });
    const [found] = (await look()) as [FoundPhone];
    const profiles = loadProfiles('resources/devices');
    const shapeWith = (usb: Partial<NonNullable<PhoneProfile['usb']>>): string => {
      const ids = [found.usbId];
      const known = { ids, atInterface: null, pcmInterface: null, hub: false, stacks: 1, ...usb } as const;
      return describePhone(
        found,
        profiles.map((profile) => ({ ...profile, usb: known })),
      ).connection.shape;
    };
    expect([shapeWith({}), shapeWith({ stacks: 2 }), shapeWith({ hub: true })]).toEqual([
      'mux',
      'dsds',
      'modem-per-sim',
    ]);
  });
});

describe('two identical phones', () => {
  it('are told apart by serial number, wherever their ports are', async () => {
    sysfs.plug({ place: '1-1', serial: 'A', ttys: { 2: 'ttyUSB0' } });
    sysfs.plug({ place: '1-2', serial: 'B', ttys: { 2: 'ttyUSB1' } });
    const [, second] = await look();
    expect(second).toMatchObject({ serialNumber: 'B', twin: true });
    sysfs.unplug('1-1');
    sysfs.unplug('1-2');
    sysfs.plug({ place: '1-2', serial: 'A', ttys: { 2: 'ttyUSB5' } });
    sysfs.plug({ place: '1-1', serial: 'B', ttys: { 2: 'ttyUSB0' } });
    expect(paths(findByIdentity(await look(), second as FoundPhone) ?? undefined)).toEqual(['ttyUSB0']);
  });

  it('are told apart by the USB socket where they have no serial number, and the person is told which is which', async () => {
    sysfs.plug({ place: '1-1', ttys: { 2: 'ttyUSB0' } });
    sysfs.plug({ place: '1-2', ttys: { 2: 'ttyUSB1' } });
    const found = await look();
    const profiles = loadProfiles('resources/devices');
    expect(found.map((phone) => describePhone(phone, profiles).connection.label)).toEqual([
      'Quectel EG25-G · 1-1',
      'Quectel EG25-G · 1-2',
    ]);
    const [first] = found as [FoundPhone];
    sysfs.unplug('1-1');
    // In another socket with the twin still there: it could be either, so it is neither.
    sysfs.unplug('1-2');
    sysfs.plug({ place: '1-3', ttys: { 2: 'ttyUSB0' } });
    sysfs.plug({ place: '1-4', ttys: { 2: 'ttyUSB1' } });
    expect(findByIdentity(await look(), first)).toBeNull();
    sysfs.unplug('1-4');
    expect(paths(findByIdentity(await look(), first) ?? undefined)).toEqual(['ttyUSB0']);
  });

  it('with the same serial number, as cheap makes have it, are told apart by the socket', async () => {
    sysfs.plug({ place: '1-1', serial: '0000', ttys: { 2: 'ttyUSB0' } });
    sysfs.plug({ place: '1-2', serial: '0000', ttys: { 2: 'ttyUSB1' } });
    const found = await look();
    expect(found.map(({ mark }) => mark)).toEqual(['1-1', '1-2']);
    expect(found.map((phone) => paths(findByIdentity(found, phone) ?? undefined))).toEqual([['ttyUSB0'], ['ttyUSB1']]);
  });

  it('a phone with another serial number is another phone, even in the same socket', async () => {
    sysfs.plug({ place: '1-1', serial: 'A', ttys: { 2: 'ttyUSB0' } });
    const [before] = await look();
    sysfs.unplug('1-1');
    sysfs.plug({ place: '1-1', serial: 'B', ttys: { 2: 'ttyUSB0' } });
    expect(findByIdentity(await look(), before as FoundPhone)).toBeNull();
  });
});

describe('what profiles know by USB ids', () => {
  const [profile] = loadProfiles('resources/devices') as [PhoneProfile];
  const make = (id: string, usb: Partial<NonNullable<PhoneProfile['usb']>>): PhoneProfile => ({
    ...profile,
    id,
    name: id,
    usb: { ids: ['05c6:9215'], atInterface: 2, pcmInterface: 1, hub: false, stacks: 1, ...usb },
  });

  it('of makes that share an id is what they agree on: the rest is found by asking', () => {
    const [one, other] = [make('one', {}), make('other', { ids: ['05c6:9215', '2c7c:0125'], pcmInterface: 4 })];
    expect(usbRulesOf([one, other], '05c6:9215')).toMatchObject({ atInterface: 2, pcmInterface: null, hub: false });
    expect(usbRulesOf([one, other], '2c7c:0125')).toMatchObject({ atInterface: 2, pcmInterface: 4 });
    expect(usbRulesOf([one, make('third', { atInterface: 3, hub: true })], '05c6:9215')).toMatchObject({
      atInterface: null,
      hub: false,
    });
    expect(usbRulesOf([one], '1e0e:9001')).toBeNull();
  });

  it('names a phone only where it does not name itself, and by no make of several', () => {
    const fact = {
      path: 'COM5',
      usbId: '05c6:9215',
      serialNumber: null,
      location: 'x',
      usbInterface: 2,
      manufacturer: 'Maker',
      product: null,
    };
    const label = (product: string | null, ...profiles: PhoneProfile[]): string =>
      groupDevices({ serial: [{ ...fact, product }], hid: [], audio: [] })
        .map((phone) => describePhone(phone, profiles).connection.label)
        .join();
    expect(label('Model', make('one', {}))).toBe('Maker Model');
    expect(label(null, make('one', {}))).toBe('one');
    expect(label(null, make('one', {}), make('other', {}))).toBe('Maker');
  });

  it('the shipped ones contradict each other nowhere', () => {
    const shipped = loadProfiles('resources/devices');
    for (const { usb, id } of shipped)
      for (const usbId of usb?.ids ?? [])
        expect(usbRulesOf(shipped, usbId), `${id} ${usbId}`).toMatchObject({
          atInterface: usb?.atInterface,
          pcmInterface: usb?.pcmInterface,
        });
  });
});

describe('grouping, whatever is plugged in', () => {
  const port: fc.Arbitrary<SerialFacts> = fc.record({
    path: fc.integer({ min: 0, max: 40 }).map((n) => `/dev/ttyUSB${n}`),
    usbId: fc.constantFrom('2c7c:0125', '1e0e:9001'),
    serialNumber: fc.option(fc.constantFrom('A', 'B')),
    location: fc.option(fc.constantFrom('1-1', '1-2', '1-2.1', '1-2.2')),
    usbInterface: fc.option(fc.integer({ min: 0, max: 5 })),
    manufacturer: fc.constant(null),
    product: fc.constant(null),
  });
  const facts: fc.Arbitrary<DeviceFacts> = fc.record({
    serial: fc.uniqueArray(port, { selector: ({ path }) => path, maxLength: 12 }),
    hid: fc.array(port, { maxLength: 4 }),
    audio: fc.array(
      port.map((place) => ({ ...place, card: place.path, name: null })),
      { maxLength: 4 },
    ),
  });

  it('every port is in exactly one phone, other parts in at most one, and the order does not matter', () => {
    fc.assert(
      fc.property(facts, fc.boolean(), (all, hub) => {
        const phones = groupDevices(all, () => hub);
        const own = phones.flatMap(({ modems }) => modems.flatMap(({ ports }) => ports.map(({ path }) => path)));
        expect(own.toSorted()).toEqual(all.serial.map(({ path }) => path).toSorted());
        expect(phones.flatMap(({ hid }) => hid).length).toBeLessThanOrEqual(all.hid.length);
        const words = (found: readonly FoundPhone[]): string[] =>
          found
            .map(({ modems }) =>
              modems
                .flatMap(({ ports }) => ports.map(({ path }) => path))
                .toSorted()
                .join(),
            )
            .toSorted();
        expect(words(groupDevices({ ...all, serial: all.serial.toReversed() }, () => hub))).toEqual(words(phones));
      }),
      { seed: 26, numRuns: 500 },
    );
  });

  it('a phone that was found is found again by what it is known by, unless it has a double', () => {
    fc.assert(
      fc.property(facts, (all) => {
        const phones = groupDevices(all);
        for (const phone of phones) {
          const { usbId, serialNumber, location } = phone;
          const doubles = phones.filter(
            (other) =>
              other.usbId === usbId &&
              other.serialNumber === serialNumber &&
              (serialNumber !== null || other.location === location),
          );
          if (doubles.length === 1 && (serialNumber !== null || location !== null))
            expect(findByIdentity(phones, phone)).toBe(phone);
        }
      }),
      { seed: 27, numRuns: 500 },
    );
  });
});

describe('ports as other systems list them', () => {
  const listed = { release: 0, interface: 7 };

  it('Windows: the functions of one device share an instance, and the system’s own number is no serial number', () => {
    const base = { vendorId: '2C7C', productId: '0125', manufacturer: 'Quectel' };
    const at = {
      ...base,
      path: 'COM5',
      pnpId: String.raw`USB\VID_2C7C&PID_0125&MI_02\6&2A0D1D5&0&0002`,
      serialNumber: '6&2A0D1D5&0&0002',
      locationId: '0000.0014.0000.003.000',
    };
    const nmea = {
      ...at,
      path: 'COM6',
      pnpId: String.raw`USB\VID_2C7C&PID_0125&MI_01\6&2A0D1D5&0&0001`,
      serialNumber: '6&2A0D1D5&0&0001',
    };
    expect(factOfPort(at)).toEqual({
      path: 'COM5',
      usbId: '2c7c:0125',
      serialNumber: null,
      location: '6&2A0D1D5&0',
      usbInterface: 2,
      manufacturer: 'Quectel',
      product: null,
    });
    const serial = [factOfPort(at), factOfPort(nmea)].filter((fact) => fact !== null);
    const part = { path: String.raw`\\?\HID#VID_2C7C&PID_0125&MI_07#7&1a2b`, vendorId: 0x2c7c, productId: 0x0125 };
    const hid = hidFactsOf([{ ...listed, ...part, serialNumber: '0123' }]);
    expect(groupDevices({ serial, hid, audio: [] })).toMatchObject([{ hid: [{ path: part.path }] }]);
    // Of two of a kind neither can claim it: no list tells the socket of a HID part.
    const other = { ...at, path: 'COM9', pnpId: String.raw`USB\VID_2C7C&PID_0125&MI_02\6&99D1D5&0&0002` };
    const twins = groupDevices({ serial: [...serial, factOfPort(other) ?? serial[0]], hid, audio: [] } as DeviceFacts);
    expect(twins.map((phone) => phone.hid)).toEqual([[], []]);
  });

  it('macOS: one location for the whole device; a port that is no USB is none of ours', () => {
    const port = {
      path: '/dev/tty.usbmodem14201',
      vendorId: '2c7c',
      productId: '0125',
      serialNumber: '0123',
      locationId: '14200000',
    };
    const fact = factOfPort(port) as SerialFacts;
    expect(fact).toMatchObject({ serialNumber: '0123', location: '14200000', usbInterface: null });
    const twin = { ...fact, path: '/dev/tty.usbmodem14301', serialNumber: '0177', location: '14300000' };
    const hid = hidFactsOf([
      { ...listed, path: 'DevSrvsID:1', vendorId: 0x2c7c, productId: 0x0125, serialNumber: '0177' },
      { ...listed, path: 'DevSrvsID:1', vendorId: 0x2c7c, productId: 0x0125, serialNumber: '0177' },
      { ...listed, path: 'DevSrvsID:2', vendorId: 0x2c7c, productId: 0x0125, serialNumber: '0999' },
      { ...listed, path: 'DevSrvsID:3', vendorId: 0, productId: 0 },
    ]);
    const paths = groupDevices({ serial: [fact, twin], hid, audio: [] }).map((phone) =>
      phone.hid.map(({ path }) => path),
    );
    expect(paths).toEqual([[], ['DevSrvsID:1']]);
    expect(factOfPort({ path: 'COM1' })).toBeNull();
  });
});
