import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type * as NodeHid from 'node-hid';
import type { Device } from 'node-hid';
import { AppError, type ErrorCode } from '#shared/base/errors.ts';
import type { HidFacts } from '../discovery/facts.ts';
import type { HidBus, HidDevice } from '../face.ts';
import { createPortTransport, type OpenRawPort } from '../transport/port-transport.ts';

/** Loaded when keys are looked for, as serialport is: the start of the desk need not wait for it. */
const loadHid = (): Promise<typeof NodeHid> => import('node-hid');

const telephonyPage = 0x0b;

/**
 * hidapi words trouble by system, and on some says only that it could not open. Whether the node is there tells a
 * device that went away from one that is held.
 */
export function hidErrorCode(message: string, isThere: boolean): ErrorCode {
  if (/permission denied|access is denied|EACCES|EPERM|not permitted|0xE00002E2/i.test(message)) return 'keys.denied';
  if (/no such (?:file|device)|ENOENT|ENODEV|not found|disconnected/i.test(message) || !isThere) return 'keys.missing';
  return 'keys.busy';
}

function openHid(path: string, name: string): OpenRawPort {
  return async (sink) => {
    const { HIDAsync } = await loadHid();
    try {
      // Shared on macOS: another softphone may listen to the same headset.
      const device = await HIDAsync.open(path, { nonExclusive: true });
      device.on('error', (error: Error) => sink.lost(error.message));
      device.on('data', (bytes: Buffer) => sink.data(bytes));
      return {
        write: (bytes, done) => {
          device.write(Buffer.from(bytes)).then(() => done(), done);
        },
        close: (done) => {
          device.close().then(done, () => done());
        },
      };
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      // Only Linux names devices by files.
      const isThere = !path.startsWith('/dev/') || existsSync(path);
      throw new AppError(hidErrorCode(reason, isThere), { name, reason }, thrown);
    }
  };
}

/**
 * What Linux knows of a hidraw node: /sys/class/hidraw/hidraw3/device/report_descriptor. Windows and macOS keep it to
 * themselves (node-hid 3.4 does not pass on hidapi's own reading of it): there a rule must bring the descriptor.
 * @param root "/" except in tests
 */
export async function linuxDescriptor(path: string, root = '/'): Promise<Uint8Array | null> {
  if (!/^\/dev\/hidraw\d+$/.test(path)) return null;
  try {
    return await readFile(join(root, 'sys/class/hidraw', basename(path), 'device/report_descriptor'));
  } catch {
    return null;
  }
}

/** Names of people before ids; two of a kind are told apart by nobody but their sockets. */
const nameOf = ({ manufacturer, product }: Device): string => {
  const [maker, model] = [manufacturer?.trim() ?? '', product?.trim() ?? ''];
  if (maker && model && !model.toLowerCase().startsWith(maker.toLowerCase())) return `${maker} ${model}`;
  return model || maker || 'USB HID';
};

/** One entry per path: systems list a device once for each of its collections, or split it into one path for each. */
export function telephonyDevices(devices: readonly Device[]): HidDevice[] {
  const found = new Map<string, HidDevice>();
  for (const device of devices) {
    const { path, usagePage, vendorId, productId } = device;
    if (path === undefined || usagePage !== telephonyPage || found.has(path)) continue;
    const name = nameOf(device);
    found.set(path, {
      path,
      name,
      vendorId,
      productId,
      descriptor: () => linuxDescriptor(path),
      transport: () => createPortTransport(name, openHid(path, name)),
    });
  }
  return [...found.values()].sort((a, b) => a.path.localeCompare(b.path));
}

/**
 * All HID parts of this machine, as what is plugged in is described. hidapi knows no USB socket, and where the list cannot
 * be had a phone is found without its keys. Never rejects.
 */
export async function listHidFacts(): Promise<readonly HidFacts[]> {
  try {
    return hidFactsOf(await (await loadHid()).devicesAsync());
  } catch {
    return [];
  }
}

/** One entry per path; what has no vendor is no USB device (Bluetooth without an id, a virtual pad). */
export function hidFactsOf(devices: readonly Device[]): readonly HidFacts[] {
  const found = new Map<string, HidFacts>();
  for (const { path, vendorId, productId, serialNumber } of devices) {
    if (path === undefined || vendorId === 0) continue;
    const usbId = `${usbHex(vendorId)}:${usbHex(productId)}`;
    found.set(path, { path, usbId, serialNumber: serialNumber?.trim() || null, location: null });
  }
  return [...found.values()];
}

const usbHex = (id: number): string => id.toString(16).padStart(4, '0');

/** The telephony devices of this machine, by hidapi. */
export function createNodeHidBus(): HidBus {
  return {
    async list() {
      try {
        return telephonyDevices(await (await loadHid()).devicesAsync());
      } catch (thrown) {
        const reason = thrown instanceof Error ? thrown.message : String(thrown);
        throw new AppError('keys.unavailable', { reason }, thrown);
      }
    },
  };
}

/** Several buses as one, in their order. One that cannot be listed does not hide the others. */
export function joinHidBuses(...buses: readonly HidBus[]): HidBus {
  return {
    async list() {
      const answers = await Promise.allSettled(buses.map((bus) => bus.list()));
      const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      const failed = answers.find((answer) => answer.status === 'rejected');
      if (found.length === 0 && failed) throw failed.reason;
      return found;
    },
  };
}
