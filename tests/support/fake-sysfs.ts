import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

export interface FakeUsbDevice {
  /** The kernel's name of the socket, e.g. "1-2.3". */
  readonly place: string;
  readonly vendor?: string;
  readonly product?: string;
  readonly serial?: string | null;
  /** tty names by interface number, e.g. { 2: 'ttyUSB2' }. */
  readonly ttys?: Readonly<Record<number, string>>;
  readonly hidraw?: readonly string[];
  readonly cards?: readonly string[];
}

/** The kernel's view of USB as real folders, files and links below a folder of its own. */
export class FakeSysfs {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'jinhu-sys-')));
  readonly sys = join(this.root, 'sys');
  readonly dev = join(this.root, 'dev');
  private readonly links = new Map<string, string[]>();

  constructor() {
    for (const name of ['tty', 'hidraw', 'sound']) mkdirSync(join(this.sys, 'class', name), { recursive: true });
    mkdirSync(this.dev);
    // A port on the board and a console: neither is USB.
    this.entry('tty', 'ttyS0', join(this.sys, 'devices/pnp0/00:04/tty/ttyS0'), '');
    this.entry('tty', 'console', join(this.sys, 'devices/virtual/tty/console'), '');
  }

  plug({ place, vendor = '2c7c', product = '0125', serial = null, ttys = {}, ...rest }: FakeUsbDevice): void {
    const [bus, path = ''] = place.split('-');
    const parents = path.split('.').map((_, index, parts) => `${bus ?? ''}-${parts.slice(0, index + 1).join('.')}`);
    const folder = join(this.sys, 'devices/pci0000:00/usb1', ...parents);
    mkdirSync(folder, { recursive: true });
    const facts = { idVendor: vendor, idProduct: product, serial, manufacturer: 'Quectel', product: 'EG25-G' };
    for (const [name, text] of Object.entries(facts)) if (text !== null) writeFileSync(join(folder, name), `${text}\n`);
    const below = (number: number): string => {
      const one = join(folder, `${place}:1.${number}`);
      mkdirSync(one, { recursive: true });
      writeFileSync(join(one, 'bInterfaceNumber'), `${number.toString(16).padStart(2, '0')}\n`);
      return one;
    };
    for (const [number, name] of Object.entries(ttys))
      this.entry('tty', name, join(below(Number(number)), name, 'tty', name), place);
    for (const name of rest.hidraw ?? [])
      this.entry('hidraw', name, join(below(7), '0003:2C7C:0125.0001', 'hidraw', name), place);
    for (const name of rest.cards ?? []) {
      this.entry('sound', name, join(below(8), 'sound', name), place);
      this.entry('sound', `pcmC0D0p-${name}`, join(below(8), 'sound', name, `pcmC0D0p-${name}`), place);
    }
  }

  unplug(place: string): void {
    for (const link of this.links.get(place) ?? []) rmSync(link, { force: true });
    this.links.delete(place);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private entry(kind: string, name: string, target: string, place: string): void {
    mkdirSync(target, { recursive: true });
    const link = join(this.sys, 'class', kind, name);
    symlinkSync(relative(dirname(link), target), link);
    this.links.set(place, [...(this.links.get(place) ?? []), link]);
  }
}
