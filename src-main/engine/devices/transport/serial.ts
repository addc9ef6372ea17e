import { existsSync, writeSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { SerialPort } from 'serialport';
import type { Clock } from '#shared/base/clock.ts';
import { AppError, type ErrorCode } from '#shared/base/errors.ts';
import type { Transport } from '../face.ts';
import { findPortHolder } from './port-holder.ts';
import { hasNode, nodeOf, watchNode } from './port-node.ts';
import { createPortTransport, type OpenRawPort } from './port-transport.ts';

export interface SerialPortInfo {
  readonly path: string;
  readonly manufacturer: string | null;
  readonly serialNumber: string | null;
  /** "vvvv:pppp" in lower case. */
  readonly usbId: string | null;
}

/**
 * The systems word the same trouble differently: Linux and macOS lock the file ("Cannot lock port", EBUSY), Windows says
 * "Access denied" for a port that another program holds.
 */
export function serialErrorCode(message: string, platform: string = process.platform): ErrorCode {
  if (/cannot lock|EBUSY|resource busy|temporarily unavailable|EAGAIN/i.test(message)) return 'phone.port-busy';
  if (/access denied|permission denied|EACCES|EPERM/i.test(message))
    return platform === 'win32' ? 'phone.port-busy' : 'phone.port-denied';
  return 'phone.port-missing';
}

/** Loaded when a port is needed: most of its files are for other systems, and the start of the desk need not wait for them. */
const loadSerialPort = async (): Promise<typeof SerialPort> => (await import('serialport')).SerialPort;

/** A busy port is only half an answer: who has it? (research/hardware case 2) */
async function explained(path: string, error: Error): Promise<AppError> {
  const code = serialErrorCode(error.message);
  const holder = code === 'phone.port-busy' ? await findPortHolder(path) : null;
  return new AppError(code, { port: path, reason: error.message, ...holder }, error);
}

/**
 * serialport hands what it writes to a pool of threads, which takes it up to milliseconds later: long enough for a kill. The
 * port does not block, so it can be written to here. Not on Windows, where the port is no file, nor in front of what waits.
 * @returns what has not left
 */
function writeNow(port: SerialPort, buffer: Buffer): Buffer {
  const fd = port.port && 'fd' in port.port ? port.port.fd : null;
  if (process.platform === 'win32' || typeof fd !== 'number' || port.writableLength > 0) return buffer;
  try {
    return buffer.subarray(writeSync(fd, buffer));
  } catch {
    // Full, or gone: serialport waits, or says so.
    return buffer;
  }
}

/** Opens the port and asserts DTR; a pty has no modem lines and answers ENOTTY, which must not matter. */
function openSerialPort(clock: Clock, path: string, baudRate: number, opened: (port: SerialPort) => void): OpenRawPort {
  return async (sink) => {
    const Port = await loadSerialPort();
    return new Promise((resolve, reject) => {
      // hupcl off: a DTR drop at close would hang up a running call (&D2; research/hardware case 25).
      const port = new Port({ path, baudRate, autoOpen: false, hupcl: false, lock: true });
      port.on('data', (bytes: Buffer) => sink.data(bytes));
      // Without a listener an 'error' event would end the process; a broken port always ends in 'close' or a timeout.
      port.on('error', (error: Error) => sink.lost(error.message));
      port.on('close', (error?: Error | null) => sink.lost(error?.message ?? 'closed'));
      port.open((error) => {
        if (error) {
          void explained(path, error).then(reject);
          return;
        }
        opened(port);
        const watch = hasNode(path) ? watchNode(clock, path, () => sink.lost('unplugged')) : null;
        // Windows opens with DTR low when hupcl is off, and some modems then stay mute.
        port.set({ dtr: true, rts: true }, () => undefined);
        resolve({
          write: (bytes, done, atOnce) => {
            const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
            const left = atOnce ? writeNow(port, buffer) : buffer;
            if (left.length === 0) done();
            else port.write(left, done);
          },
          close: (done) => {
            watch?.dispose();
            if (port.isOpen) port.close(() => done());
            else done();
          },
        });
      });
    });
  };
}

/** A serial port by serialport (USB CDC-ACM, RS-232, or a pty in tests), locked for us alone. */
export function createSerialTransport(clock: Clock, path: string, baudRate: number): Transport {
  let current: SerialPort | null = null;
  const open = openSerialPort(clock, path, baudRate, (port) => (current = port));
  const transport: Transport = {
    ...createPortTransport(path, open),
    setBaudRate: (rate) =>
      new Promise((resolve, reject) => {
        const lost = (reason: string): void => reject(new AppError('phone.lost', { port: path, reason }));
        if (!current?.isOpen) lost('not open');
        else current.update({ baudRate: rate }, (error) => (error ? lost(error.message) : resolve()));
      }),
  };
  if (!hasNode(path)) return transport;
  return { ...transport, present: async () => (await nodeOf(path)) !== null };
}

/** As serialport has them, with what only some systems tell. */
export async function listRawPorts(): ReturnType<typeof SerialPort.list> {
  // It asks udev, and dies with the process where there is none: a container, a small system.
  if (process.platform === 'linux' && !onPath('udevadm')) return [];
  return (await loadSerialPort()).list();
}

const onPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

/** The machine's serial ports, USB ones first. Rejects with the system's error when they cannot be listed. */
export async function listSerialPorts(): Promise<readonly SerialPortInfo[]> {
  const ports = await listRawPorts();
  const usbId = (vendor?: string, product?: string): string | null =>
    vendor && product ? `${vendor}:${product}`.toLowerCase() : null;
  return ports
    .map((port) => ({
      path: port.path,
      manufacturer: port.manufacturer ?? null,
      serialNumber: port.serialNumber ?? null,
      usbId: usbId(port.vendorId, port.productId),
    }))
    .sort((a, b) => Number(b.usbId !== null) - Number(a.usbId !== null) || a.path.localeCompare(b.path));
}
