import type { Clock } from '#shared/base/clock.ts';
import { assertNever } from '#shared/base/assert-never.ts';
import type { PortSpec } from '#shared/desk-contract/areas/phone.ts';
import type { Transport } from '../face.ts';
import { createSerialTransport } from './serial.ts';
import { createTcpTransport } from './tcp.ts';

/** Makes the (still closed) transport that a setting names. */
export type MakeTransport = (spec: PortSpec) => Transport;

export function transportMaker(clock: Clock): MakeTransport {
  return (spec) => {
    switch (spec.kind) {
      case 'serial':
        return createSerialTransport(clock, spec.path, spec.baudRate);
      case 'tcp':
        return createTcpTransport(clock, spec.host, spec.port);
      default:
        return assertNever(spec);
    }
  };
}
