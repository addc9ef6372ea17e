import type { PhoneConnection, PhoneShape, PortSpec, UsbPhone } from '#shared/desk-contract/areas/phone.ts';
import type { LoopbackPhone, Transport } from '../face.ts';

export interface ModemPorts {
  readonly at: () => Transport;
  readonly pcm: (() => Transport) | null;
}

/** A connection setting as ports to open; no modems where there is nothing to connect to. */
export interface PhonePorts {
  readonly shape: PhoneShape | null;
  readonly modems: readonly ModemPorts[];
}

export type MakePorts = (connection: PhoneConnection) => PhonePorts;

const nothing: PhonePorts = { shape: null, modems: [] };

/**
 * @param loopback the simulated phone of the demo; it shows its shape by the number of its modems and their SIM stacks
 * @param usbPorts the n-th modem's ports (from 0) of a phone that is known by what it is
 */
export function portsMaker(
  openTransport: (spec: PortSpec) => Transport,
  loopback: LoopbackPhone | null,
  usbPorts: (phone: UsbPhone, index: number) => ModemPorts,
): MakePorts {
  const fromSpec = (ports: { at: PortSpec; pcm: PortSpec | null }): ModemPorts => {
    const { at, pcm } = ports;
    return { at: () => openTransport(at), pcm: pcm ? () => openTransport(pcm) : null };
  };
  return (connection) => {
    switch (connection.kind) {
      case 'none':
        return nothing;
      case 'demo': {
        const modems = loopback?.modems ?? [];
        if (modems.length === 0) return nothing;
        if (loopback?.stacks === 2) return { shape: 'dsds', modems };
        return { shape: modems.length === 1 ? 'mux' : 'modem-per-sim', modems };
      }
      case 'modem-per-sim':
        return { shape: 'modem-per-sim', modems: connection.modems.map(fromSpec) };
      case 'mux':
      case 'dsds':
        return { shape: connection.kind, modems: [fromSpec(connection.modem)] };
      case 'usb': {
        const modems = Array.from({ length: connection.modems }, (_, index) => usbPorts(connection, index));
        return { shape: connection.shape, modems };
      }
    }
  };
}
