import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PhoneConnection, PortSpec } from '#shared/desk-contract/areas/phone.ts';
import { draftOf, readConnection } from './connection-form.ts';

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
  fc.record({ kind: fc.constant('mux' as const), modem }),
  fc.record({
    kind: fc.constant('modem-per-sim' as const),
    modems: fc.array(modem, { minLength: 1, maxLength: 5 }),
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
