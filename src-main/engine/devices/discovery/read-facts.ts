import type { ReadFacts, HidFacts, SerialFacts } from './facts.ts';
import { readLinuxFacts } from './read-facts-linux.ts';

/** A port as serialport lists it, with the fields that only some systems fill in. */
export interface ListedPort {
  readonly path: string;
  readonly manufacturer?: string | undefined;
  readonly serialNumber?: string | undefined;
  /** Windows: `USB\VID_2C7C&PID_0125&MI_02\6&2A0D1D5&0&0002`. */
  readonly pnpId?: string | undefined;
  /** macOS: hexadecimal, one for the whole device. Windows: `Port_#0003.Hub_#0002`, of the device or of its function. */
  readonly locationId?: string | undefined;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
}

/**
 * A listed port as a fact; null for what is not USB. On Windows the functions of a composite device (`MI_xx`) have
 * instances of their own below the device's: what is before the last `&` is the same for all of them, and its "serial
 * number" is made up by the system, which such a `&` shows.
 */
export function factOfPort(port: ListedPort): SerialFacts | null {
  const { path, vendorId, productId, pnpId = '', locationId, serialNumber, manufacturer } = port;
  if (!vendorId || !productId) return null;
  const composite = /&MI_([0-9A-F]{2})[^\\]*\\([^\\]+)&[0-9A-F]+$/i.exec(pnpId);
  const [, number, instance] = composite ?? [];
  return {
    path,
    usbId: `${vendorId}:${productId}`.toLowerCase(),
    serialNumber: serialNumber && !serialNumber.includes('&') ? serialNumber : null,
    location: instance ?? locationId ?? null,
    usbInterface: number === undefined ? null : Number.parseInt(number, 16),
    manufacturer: manufacturer ?? null,
    product: null,
  };
}

/**
 * The reader of this system. Linux shows everything by itself; elsewhere ports and HID parts are listed by their own
 * libraries, and sound cards are the window's matter.
 */
export function factsReader(
  listPorts: () => Promise<readonly ListedPort[]>,
  listHid: () => Promise<readonly HidFacts[]>,
  platform: string = process.platform,
): ReadFacts {
  if (platform === 'linux') return () => readLinuxFacts();
  return async () => {
    const [ports, hid] = await Promise.all([listPorts(), listHid()]);
    return { serial: ports.map(factOfPort).filter((port) => port !== null), hid, audio: [] };
  };
}
