import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { AudioFacts, DeviceFacts, HidFacts, SerialFacts, UsbPlace } from './facts.ts';

/** Where the kernel shows its devices; tests give a folder of their own. */
export interface LinuxRoots {
  readonly sys: string;
  readonly dev: string;
}
const systemRoots: LinuxRoots = { sys: '/sys', dev: '/dev' };

interface UsbParent extends UsbPlace {
  readonly usbInterface: number | null;
  readonly manufacturer: string | null;
  readonly product: string | null;
}

/**
 * What is plugged in by USB, read from sysfs: every entry of a class leads into the tree of devices, and the first folder
 * above it with an `idVendor` is its USB device (kernel: Documentation/ABI/testing/sysfs-bus-usb). No udev, no process.
 */
export async function readLinuxFacts(roots: LinuxRoots = systemRoots): Promise<DeviceFacts> {
  const [serial, hid, audio] = await Promise.all([
    eachOf(join(roots.sys, 'class/tty'), (name, usb): SerialFacts => ({ ...usb, path: join(roots.dev, name) })),
    eachOf(join(roots.sys, 'class/hidraw'), (name, usb): HidFacts => ({
      ...placeOf(usb),
      path: join(roots.dev, name),
    })),
    eachOf(join(roots.sys, 'class/sound'), (name, usb): AudioFacts | null =>
      // Beside the card itself its streams and mixers are listed.
      /^card\d+$/.test(name) ? { ...placeOf(usb), card: name, name: usb.product } : null,
    ),
  ]);
  return { serial, hid, audio };
}

const placeOf = ({ usbId, serialNumber, location }: UsbPlace): UsbPlace => ({ usbId, serialNumber, location });

async function eachOf<T>(folder: string, make: (name: string, usb: UsbParent) => T | null): Promise<readonly T[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const usb = await usbParentOf(join(folder, name));
      return usb && make(name, usb);
    }),
  );
  return found.filter((each) => each !== null);
}

/** Null for what is not USB (ttyS0, a built-in sound card), or was pulled while we looked. */
async function usbParentOf(entry: string): Promise<UsbParent | null> {
  const real = await realpath(entry).catch(() => null);
  if (real === null) return null;
  let usbInterface: number | null = null;
  for (let folder = dirname(real); folder !== dirname(folder); folder = dirname(folder)) {
    const [vendor, number] = await Promise.all([read(folder, 'idVendor'), read(folder, 'bInterfaceNumber')]);
    if (number !== null) usbInterface = Number.parseInt(number, 16);
    if (vendor === null) continue;
    const [product, serialNumber, manufacturer, name] = await Promise.all(
      ['idProduct', 'serial', 'manufacturer', 'product'].map((file) => read(folder, file)),
    );
    return {
      usbId: `${vendor}:${product ?? ''}`.toLowerCase(),
      serialNumber: serialNumber ?? null,
      location: basename(folder),
      usbInterface,
      manufacturer: manufacturer ?? null,
      product: name ?? null,
    };
  }
  return null;
}

async function read(folder: string, file: string): Promise<string | null> {
  const text = await readFile(join(folder, file), 'utf8').catch(() => '');
  return text.trim() || null;
}
