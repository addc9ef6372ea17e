import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pluggable, SimPort } from './sim-port.ts';

export interface PtyPhone {
  /** Links to the ptys, in the order of the phone's modems. The same paths come back when it is plugged in again. */
  readonly modems: readonly { readonly at: string; readonly pcm: string }[];
  /** Resolves when clients have been told (their reads end) and the paths are gone. */
  unplug(): Promise<void>;
  plug(): Promise<void>;
  close(): Promise<void>;
}

const startMs = 5000;

/**
 * The ports of a phone as ptys, for programs that know nothing of us. Needs socat.
 * @param options.dir where the links go; default: a new folder under the system's temporary one
 */
export async function openOnPtys(phone: Pluggable, options: { dir?: string } = {}): Promise<PtyPhone> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'jh5-'));
  const cables = phone.modems.flatMap(({ at, pcm }) => [new Cable(at, dir), new Cable(pcm, dir)]);
  const connectAll = async (): Promise<void> => void (await Promise.all(cables.map((cable) => cable.connect())));
  const cutAll = async (): Promise<void> => void (await Promise.all(cables.map((cable) => cable.cut())));
  try {
    await connectAll();
  } catch (error) {
    await cutAll();
    throw error;
  }
  return {
    modems: phone.modems.map(({ at, pcm }) => ({ at: join(dir, at.name), pcm: join(dir, pcm.name) })),
    unplug: cutAll,
    plug: connectAll,
    async close() {
      await cutAll();
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
    },
  };
}

/**
 * One pty held by one socat, joined to us by its stdin and stdout. We keep the client's side open as well: otherwise
 * the pty reads EIO as soon as a client closes it, and socat ends (it has no "fork" for ptys).
 */
class Cable {
  private readonly port: SimPort;
  private readonly link: string;
  private socat: ChildProcess | null = null;
  private keeper: number | null = null;
  private release: (() => void) | null = null;

  constructor(port: SimPort, dir: string) {
    this.port = port;
    this.link = join(dir, port.name);
  }

  async connect(): Promise<void> {
    if (this.socat) return;
    const { socat, ready } = this.start();
    this.socat = socat;
    await ready;
    // O_NOCTTY: the terminal must not become ours. Non-blocking: opening never waits for a carrier.
    this.keeper = openSync(this.link, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    socat.stdout?.on('data', (bytes: Uint8Array) => this.port.write(bytes));
    const output = this.port.onData((bytes) => void socat.stdin?.write(bytes));
    this.release = () => output.dispose();
  }

  /** Ends this socat by its own id; the kernel then hangs the clients up, as at an unplugged USB port. */
  async cut(): Promise<void> {
    const socat = this.socat;
    this.socat = null;
    this.release?.();
    if (this.keeper !== null) closeSync(this.keeper);
    this.keeper = null;
    if (!socat || socat.exitCode !== null || socat.signalCode !== null) return;
    const gone = once(socat, 'exit');
    socat.kill('SIGTERM');
    await gone;
  }

  private start(): { socat: ChildProcess; ready: Promise<void> } {
    const socat = spawn('socat', ['-d', '-d', `pty,raw,echo=0,link=${this.link}`, 'stdio']);
    const ready = new Promise<void>((resolve, reject) => {
      let said = '';
      const timer = setTimeout(() => reject(new Error(`socat did not open a pty: ${said}`)), startMs);
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        act();
      };
      socat.on('error', (error) => settle(() => reject(error)));
      socat.on('exit', () => settle(() => reject(new Error(`socat ended: ${said}`))));
      socat.stderr.on('data', (text: Buffer) => {
        said = (said + text.toString()).slice(-2000);
        if (said.includes('starting data transfer loop')) settle(resolve);
      });
    });
    // Writing to a socat that is being ended is no news: "exit" says it.
    socat.stdin.on('error', () => undefined);
    return { socat, ready };
  }
}
