import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PhoneConnection, PortSpec } from '#shared/desk-contract/areas/phone.ts';
import { draftOf, isChosen, phoneChoices, readConnection } from './connection-form.ts';

const port: fc.Arbitrary<PortSpec> = fc.oneof(
  fc.record({
    kind: fc.constant('serial' as const),
    path: fc.stringMatching(/^\/dev\/tty[A-Z]{1,6}\d$/),
    baudRate: fc.constantFrom(9600, 115_200, 921_600),
  }),
  fc.record({
    kind: fc.constant('tcp' as const),
    host: fc.ipV4(),
    port: fc.integer({ min: 1, max: 65_535 }),
  }),
);
const modem = fc.record({ at: port, pcm: fc.option(port) });
const connection: fc.Arbitrary<PhoneConnection> = fc.oneof(
  fc.constant({ kind: 'none' as const }),
  fc.constant({ kind: 'demo' as const }),
  fc.record({ kind: fc.constantFrom('mux' as const, 'dsds' as const), modem }),
  fc.record({
    kind: fc.constant('modem-per-sim' as const),
    modems: fc.array(modem, { minLength: 1, maxLength: 5 }),
  }),
  fc.record({
    kind: fc.constant('usb' as const),
    usbId: fc.constant('2c7c:0125'),
    serialNumber: fc.option(fc.constantFrom('A', 'B')),
    location: fc.option(fc.constantFrom('1-1', '1-2')),
    shape: fc.constantFrom('mux' as const, 'dsds' as const, 'modem-per-sim' as const),
    modems: fc.integer({ min: 1, max: 5 }),
    label: fc.constant('Quectel'),
  }),
);

describe('the form of the phone connection', () => {
  it('gives back what it was filled with', () => {
    fc.assert(
      fc.property(connection, (setting) => {
        expect(readConnection(draftOf(setting))).toEqual(setting);
      }),
    );
  });

  it('does not take what is half filled', () => {
    const draft = draftOf({ kind: 'none' });
    draft.kind = 'modem-per-sim';
    expect(readConnection(draft)).toBeNull();
    const [first, second] = draft.modems;
    if (!first || !second) throw new Error('five modems expected');
    second.at.path = 'COM5';
    expect(readConnection(draft)).toBeNull();
    first.at = { kind: 'tcp', path: '', baudRate: '115200', address: '10.0.0.5' };
    expect(readConnection(draft)).toBeNull();
    first.at.address = '10.0.0.5:70000';
    expect(readConnection(draft)).toBeNull();
    first.at.address = '[fe80::1]:4001';
    expect(readConnection(draft)).toEqual({
      kind: 'modem-per-sim',
      modems: [
        { at: { kind: 'tcp', host: 'fe80::1', port: 4001 }, pcm: null },
        { at: { kind: 'serial', path: 'COM5', baudRate: 115_200 }, pcm: null },
      ],
    });
  });
});

describe('phones that were found', () => {
  const usb = (serialNumber: string | null, location: string) =>
    ({ kind: 'usb', usbId: '2c7c:0125', serialNumber, location, shape: 'mux', modems: 1, label: 'Q' }) as const;
  const found = (phone: ReturnType<typeof usb>) => ({
    connection: phone,
    ports: ['/dev/ttyUSB2'],
    hidParts: 0,
    soundCards: [],
    twin: false,
  });

  it('the saved one is offered once, and even when it is away', () => {
    const [a, b] = [usb('A', '1-1'), usb('B', '1-2')];
    expect(phoneChoices([found(a), found(b)], usb('B', '1-4')).map(({ phone }) => phone)).toEqual([a, b]);
    expect(phoneChoices([found(a)], b)).toEqual([
      { phone: b, found: null },
      { phone: a, found: found(a) },
    ]);
  });

  it('one without a serial number is the one in its socket', () => {
    const draft = draftOf(usb(null, '1-1'));
    expect([usb(null, '1-1'), usb(null, '1-2'), usb('A', '1-1')].map((phone) => isChosen(draft, phone))).toEqual([
      true,
      false,
      false,
    ]);
  });
});
