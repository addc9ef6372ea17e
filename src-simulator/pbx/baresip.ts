import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatSamples } from '../network/tones.ts';
import { sampleRate, wavFile } from '../network/wav.ts';
import { freePortAbove, freeTcpPort, freeUdpPort } from './ports.ts';
import { Program, withFreePorts } from './program.ts';

export interface BaresipOptions {
  /** The user part it answers to. */
  readonly number: string;
  /** What it says in a call, over and over for four minutes: 16-bit mono at 8 kHz. */
  readonly voice: Int16Array;
  /** Default: `auto`. */
  readonly answers?: 'auto' | 'manual';
  /** It registers there, as any desk phone does. Default: it is a line, and waits for calls. */
  readonly at?: { readonly domain: string; readonly sipPort: number; readonly password: string };
  /** In the order of preference, e.g. `opus/48000/2`; one that it does not know lets it take any. Default: PCMU, PCMA. */
  readonly codecs?: readonly string[];
}

export interface BaresipEvent {
  readonly type: string;
  readonly param: string;
}

const host = '127.0.0.1';
const voiceSeconds = 240;

/** A plain SIP phone that we did not write: Debian's baresip on a port of its own, with a voice and a recorder. */
export class Baresip {
  readonly port: number;
  /** What it told of registrations and calls, oldest first. */
  readonly events: BaresipEvent[] = [];
  private readonly dir: string;
  private readonly program: Program;
  private readonly control: Socket;
  private pending = Buffer.alloc(0);

  private constructor(port: number, dir: string, program: Program, control: Socket) {
    this.port = port;
    this.dir = dir;
    this.program = program;
    this.control = control;
    control.on('data', (bytes) => this.take(bytes));
    control.on('error', () => undefined);
  }

  static start(options: BaresipOptions): Promise<Baresip> {
    return withFreePorts(() => Baresip.startOnce(options));
  }

  private static async startOnce(options: BaresipOptions): Promise<Baresip> {
    const [port, controlPort] = [await freeSipPort(), await freeTcpPort()];
    const dir = mkdtempSync(join(tmpdir(), 'jinhu-baresip-'));
    mkdirSync(join(dir, 'heard'));
    writeFileSync(join(dir, 'voice.wav'), wavFile(repeated(options.voice)));
    writeFileSync(join(dir, 'config'), config(dir, port, controlPort));
    writeFileSync(join(dir, 'accounts'), account(options, port));
    writeFileSync(join(dir, 'contacts'), '');
    try {
      const program = await Program.start({ command: 'baresip', args: ['-f', dir], says: /baresip is ready/ });
      return new Baresip(port, dir, program, await connect(controlPort));
    } catch (error) {
      rmSync(dir, { recursive: true, force: true });
      throw error;
    }
  }

  /** A command of its menu, e.g. `dial`, `accept`, `hangup`, `hold`, `resume`. */
  command(command: string, params = ''): void {
    const text = JSON.stringify({ command, params });
    this.control.write(`${Buffer.byteLength(text)}:${text},`);
  }

  /** Grows by some thousands with a call's first sound. */
  get heardBytes(): number {
    const folder = join(this.dir, 'heard');
    const files = readdirSync(folder).filter((name) => name.endsWith('-dec.wav'));
    return files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  }

  /** Everything that it has received in its calls so far: 16-bit mono at 8 kHz, one recording after the other. */
  heard(): Int16Array {
    const folder = join(this.dir, 'heard');
    const files = readdirSync(folder)
      .filter((name) => name.endsWith('-dec.wav'))
      .sort();
    return Int16Array.from(files.flatMap((name) => [...samplesOf(readFileSync(join(folder, name)))]));
  }

  get log(): string {
    return this.program.output;
  }

  async close(): Promise<void> {
    this.control.destroy();
    await this.program.end();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Netstrings of JSON: `length:{…},`. */
  private take(bytes: Uint8Array): void {
    this.pending = Buffer.concat([this.pending, bytes]);
    for (;;) {
      const colon = this.pending.indexOf(':');
      const length = colon < 0 ? NaN : Number(this.pending.subarray(0, colon).toString());
      if (!(this.pending.length >= colon + length + 2)) return;
      const text = this.pending.subarray(colon + 1, colon + 1 + length).toString();
      this.pending = this.pending.subarray(colon + length + 2);
      const { event, type, param } = JSON.parse(text) as { event?: boolean; type?: string; param?: string };
      if (event) this.events.push({ type: type ?? '', param: param ?? '' });
    }
  }
}

/** It hangs up at the end of its file. */
function repeated(voice: Int16Array): Int16Array {
  const times = Math.max(1, Math.ceil((voiceSeconds * sampleRate) / Math.max(1, voice.length)));
  return concatSamples(Array.from({ length: times }, () => voice));
}

/**
 * Its recorder has a length in its header that is right only at the end: what is behind it counts. With opus it writes
 * 48 kHz and two channels, of which every n-th sample is taken (tones stay what they are).
 */
function samplesOf(wav: Buffer): Int16Array {
  const at = wav.indexOf('data') + 8;
  if (at < 44) return new Int16Array();
  const all = new Int16Array(Uint8Array.from(wav.subarray(at, at + ((wav.length - at) & ~1))).buffer);
  const step = (wav.readUInt16LE(22) * wav.readUInt32LE(24)) / sampleRate;
  return step === 1 ? all : all.filter((_, n) => n % step === 0);
}

function connect(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port }, () => resolve(socket));
    socket.once('error', reject);
  });
}

const config = (dir: string, port: number, controlPort: number): string => `
sip_listen ${host}:${port}
net_interface ${host}
call_max_calls 4
call_local_timeout 120
audio_source aufile,${join(dir, 'voice.wav')}
audio_player aubridge,none
audio_alert aubridge,none
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
audio_buffer 20-160
snd_path ${join(dir, 'heard')}
ctrl_tcp_listen ${host}:${controlPort}
module_path ${modulesFolder()}
module stdio.so
module g711.so
module opus.so
module aufile.so
module aubridge.so
module sndfile.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
`;

function modulesFolder(): string {
  return '/usr/lib/baresip/modules';
}

const account = ({ number, answers = 'auto', at, codecs = ['PCMU', 'PCMA'] }: BaresipOptions, port: number): string =>
  [
    `<sip:${number}@${at?.domain ?? `${host}:${port}`}>`,
    `answermode=${answers}`,
    `audio_codecs=${codecs.join(',')}`,
    ...(at ? [`auth_pass=${at.password}`, `outbound="sip:${host}:${at.sipPort}"`, 'regint=60'] : ['regint=0']),
  ].join(';');

/** For UDP and TCP, and the one above it for TLS: of those that systems give to connections some are always left. */
const freeSipPort = (): Promise<number> =>
  freePortAbove(20_000, freeUdpPort, freeTcpPort, (port) => freeTcpPort(port + 1));
