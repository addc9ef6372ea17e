import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimPort } from '#simulator/phone/sim-port.ts';

/**
 * A sound system of a test's own, with sound cards that are not there: PulseAudio on a socket in a folder of the test, two
 * null sinks a card. A browser that is pointed at it lists the cards by name as it would real ones.
 */
export interface SoundServer {
  /** For PULSE_SERVER. */
  readonly address: string;
  /** Joins what is behind a card with this test, until it is pulled or joined anew: what a program plays on it comes out, what goes in is its input. */
  join(card: number, port: SimPort): void;
  /** Pulls a card, and plugs it in again; its name stays. */
  unplug(card: number): Promise<void>;
  plug(card: number): Promise<void>;
  /** What whoever names no card plays on. */
  choose(card: number): Promise<void>;
  close(): Promise<void>;
}

const rawPhone = ['--raw', '--rate=8000', '--channels=1', '--format=s16le', '--latency-msec=20'];
const startMs = 10_000;

/** @param cards what each is called; two may have one name */
export async function startSoundServer(cards: readonly string[]): Promise<SoundServer> {
  const folder = await mkdtemp(join(tmpdir(), 'jinhu-sound-'));
  const socket = join(folder, 'native');
  const address = `unix:${socket}`;
  // Nothing of this machine's own sound settings: neither read nor written.
  const env = {
    ...process.env,
    HOME: folder,
    XDG_RUNTIME_DIR: folder,
    PULSE_RUNTIME_PATH: folder,
    PULSE_SERVER: address,
  };
  const children: ChildProcess[] = [];
  const run = (program: string, args: readonly string[]): ChildProcess => {
    const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
    // Writing to one that is being ended is no news.
    child.stdin?.on('error', () => undefined);
    children.push(child);
    return child;
  };
  const native = `module-native-protocol-unix socket=${socket} auth-anonymous=1`;
  run('pulseaudio', ['-n', '--daemonize=no', '--use-pid-file=no', '--exit-idle-time=-1', '-L', native]);
  const control = async (...args: string[]): Promise<string> => {
    const child = spawn('pactl', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += text.toString()));
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const [code] = (await once(child, 'exit')) as [number];
    if (code !== 0) throw new Error(`pactl ${args.join(' ')}: ${said}`);
    return said.trim();
  };
  const modules = new Map<number, string[]>();
  const joined = new Map<number, ChildProcess[]>();
  const plug = async (card: number): Promise<void> => {
    const named = (kind: string): string =>
      `${kind}_properties=device.description="${cards[card]?.replaceAll(' ', '\\ ')}"`;
    const load = (...args: string[]): Promise<string> => control('load-module', ...args);
    modules.set(card, [
      await load('module-null-sink', `sink_name=feed${card}`, 'rate=48000', 'channels=1'),
      await load('module-remap-source', `source_name=in${card}`, `master=feed${card}.monitor`, named('source')),
      await load('module-null-sink', `sink_name=out${card}`, 'rate=48000', 'channels=1', named('sink')),
    ]);
  };
  const close = async (): Promise<void> => {
    for (const child of children.toReversed()) await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await appeared(socket);
    for (const card of cards.keys()) await plug(card);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    address,
    join(card, port) {
      for (const child of joined.get(card) ?? []) void end(child);
      const into = run('pacat', ['--playback', ...rawPhone, `--device=feed${card}`]);
      port.onData((bytes) => void into.stdin?.write(bytes));
      const from = run('parec', [...rawPhone, `--device=out${card}.monitor`]);
      from.stdout?.on('data', (bytes: Uint8Array) => port.write(bytes));
      joined.set(card, [into, from]);
    },
    async unplug(card) {
      // PulseAudio would move them to other cards, where they were heard.
      for (const child of joined.get(card) ?? []) await end(child);
      joined.delete(card);
      for (const id of (modules.get(card) ?? []).toReversed()) await control('unload-module', id);
      modules.delete(card);
    },
    plug,
    async choose(card) {
      await control('set-default-sink', `out${card}`);
    },
    close,
  };
}

async function appeared(path: string): Promise<void> {
  for (const end = performance.now() + startMs; !existsSync(path);) {
    if (performance.now() > end) throw new Error('PulseAudio did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** By its own id. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  // PulseAudio waits for its clients when it is asked to end.
  child.kill('SIGKILL');
  await gone;
}
