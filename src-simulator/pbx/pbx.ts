import { createSocket } from 'node:dgram';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate } from './certificate.ts';
import { kamailioConfig, kamailioTls, type PbxUser } from './kamailio-config.ts';
import { freePortAbove, freeTcpPort, freeUdpPort } from './ports.ts';
import { Program, withFreePorts } from './program.ts';

export interface PbxOptions {
  readonly users: readonly PbxUser[];
  /** Port of the plain SIP party behind a number; `*` = behind every number that has none. */
  readonly lines?: Readonly<Record<string, number>>;
  /** Feature codes by which a user tells their state, e.g. `*78` → `break`; the line behind `*` answers them. Default: none. */
  readonly codes?: Readonly<Record<string, string>>;
  /** Default: 10. */
  readonly ringSeconds?: number;
  /** SIP over WSS too, with this one; it must be for 127.0.0.1. */
  readonly certificate?: Certificate;
}

interface Ports {
  readonly sip: number;
  readonly ws: number;
  /** 0 = no WSS. */
  readonly wss: number;
  readonly relay: number;
  readonly media: number;
}

const host = '127.0.0.1';
const domain = 'pbx.jinhu.example';
/** Of the relay; two per leg of a call. */
const mediaPorts = 400;

/**
 * A real PBX on loopback ports of its own: Debian's Kamailio and rtpengine with a configuration that is made here. Nothing
 * of the system's own services is touched; both end by their pid, and leave nothing behind.
 */
export class Pbx {
  readonly host = host;
  readonly domain = domain;
  readonly sipPort: number;
  readonly wsPort: number;
  private readonly wssPort: number;
  private readonly dir: string;
  private readonly configFile: string;
  private readonly relayPort: number;
  private readonly mediaPort: number;
  private server: Program | null = null;
  private relay: Program | null = null;

  private constructor(options: PbxOptions, ports: Ports) {
    this.sipPort = ports.sip;
    this.wsPort = ports.ws;
    this.wssPort = ports.wss;
    this.relayPort = ports.relay;
    this.mediaPort = ports.media;
    this.dir = mkdtempSync(join(tmpdir(), 'jinhu-pbx-'));
    this.configFile = join(this.dir, 'kamailio.cfg');
    const config = kamailioConfig({
      host,
      domain,
      sipPort: ports.sip,
      wsPort: ports.ws,
      wss: options.certificate ? { port: ports.wss, configFile: this.keep(options.certificate) } : null,
      relayPort: ports.relay,
      users: options.users,
      lines: options.lines ?? {},
      codes: options.codes ?? {},
      ringSeconds: options.ringSeconds ?? 10,
      modules: modulesFolder(),
    });
    writeFileSync(this.configFile, config, { mode: 0o600 });
  }

  static start(options: PbxOptions): Promise<Pbx> {
    return withFreePorts(() => Pbx.startOnce(options));
  }

  private static async startOnce(options: PbxOptions): Promise<Pbx> {
    const [sip, ws] = [await freeTcpPort(), await freeTcpPort()];
    const wss = options.certificate ? await freeTcpPort() : 0;
    const pbx = new Pbx(options, {
      sip,
      ws,
      wss,
      relay: await freeUdpPort(),
      media: await freePortAbove(10_000, freeUdpPort),
    });
    try {
      await pbx.startRelay();
      await pbx.startServer();
      return pbx;
    } catch (error) {
      await pbx.close();
      throw error;
    }
  }

  /** Where a browser registers. */
  get url(): string {
    return `ws://${host}:${this.wsPort}`;
  }

  /** The same over TLS. @throws Error where it was started without a certificate */
  get secureUrl(): string {
    if (this.wssPort === 0) throw new Error('started without a certificate');
    return `wss://${host}:${this.wssPort}`;
  }

  /** What the server has said, newest last. */
  get log(): string {
    return this.server?.output ?? '';
  }

  async startServer(): Promise<void> {
    const args = ['-f', this.configFile, '-DD', '-E', '-m', '32', '-M', '8', '-w', this.dir, '-Y', this.dir];
    this.server = await Program.start({
      command: 'kamailio',
      args,
      ready: () =>
        this.command('core.uptime').then(
          () => true,
          () => false,
        ),
    });
  }

  /** @param hard as in a crash: nothing is said to anybody */
  async stopServer(hard = false): Promise<void> {
    await this.server?.end(hard);
    this.server = null;
  }

  async startRelay(): Promise<void> {
    const args = [
      ...['--table=-1', '--foreground', '--log-stderr', '--log-level=6', `--interface=${host}`],
      ...[`--listen-ng=${host}:${this.relayPort}`, `--port-min=${this.mediaPort}`],
      ...[`--port-max=${this.mediaPort + mediaPorts - 1}`, '--num-threads=2', '--delete-delay=0'],
      ...['--timeout=60', '--silent-timeout=600', `--pidfile=${join(this.dir, 'relay.pid')}`, '--config-file=none'],
    ];
    this.relay = await Program.start({ command: 'rtpengine', args, ready: () => answersPing(this.relayPort) });
  }

  async stopRelay(hard = false): Promise<void> {
    await this.relay?.end(hard);
    this.relay = null;
  }

  /** Calls whose sound goes through the relay; null = it does not answer. */
  async relayCalls(): Promise<number | null> {
    const answer = await askRelay(this.relayPort, 'list');
    return answer === null ? null : callsListed(answer);
  }

  /** A command of the server's control (JSON-RPC 2.0), e.g. `ul.dump`. @throws Error with the server's words */
  async command(method: string, params: readonly unknown[] = []): Promise<unknown> {
    const answer = await fetch(`http://${host}:${this.sipPort}/RPC`, {
      method: 'POST',
      body: JSON.stringify({ jsonrpc: '2.0', method, params, id: 1 }),
    });
    const { result, error } = (await answer.json()) as { result?: unknown; error?: { message: string } };
    if (error) throw new Error(error.message);
    return result;
  }

  /** What that user has told by feature codes; null = nothing, since the server runs. */
  async stateOf(user: string): Promise<string | null> {
    const entry = await this.command('htable.get', ['states', user]).catch(() => null);
    return (entry as { item: { value: string } } | null)?.item.value ?? null;
  }

  /** Where the server finds it, for as long as it runs. */
  private keep({ cert, key }: Certificate): string {
    const certFile = join(this.dir, 'cert.pem');
    const keyFile = join(this.dir, 'key.pem');
    const configFile = join(this.dir, 'tls.cfg');
    writeFileSync(certFile, cert);
    writeFileSync(keyFile, key, { mode: 0o600 });
    writeFileSync(configFile, kamailioTls(certFile, keyFile));
    return configFile;
  }

  async close(): Promise<void> {
    await this.stopServer();
    await this.stopRelay();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function modulesFolder(): string {
  const found = readdirSync('/usr/lib')
    .map((name) => `/usr/lib/${name}/kamailio/modules`)
    .find((folder) => existsSync(folder));
  if (!found) throw new Error('Kamailio is not installed');
  return found;
}

/** The relay's control speaks bencode with a cookie before each message. @returns null = no answer in 200 ms */
function askRelay(port: number, command: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const finish = (answer: string | null): void => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => finish(null), 200);
    socket.on('error', () => finish(null));
    socket.on('message', (text) => finish(text.toString('latin1')));
    socket.send(`jh1 d7:command4:${command}e`, port, host);
  });
}

const answersPing = async (port: number): Promise<boolean> =>
  (await askRelay(port, 'ping'))?.includes('4:pong') ?? false;

/** `d5:callsl12:its Call-ID…e6:result2:oke` */
function callsListed(answer: string): number {
  let at = answer.indexOf('5:callsl') + '5:callsl'.length;
  let count = 0;
  for (; /\d/.test(answer[at] ?? ''); count += 1) {
    const colon = answer.indexOf(':', at);
    at = colon + 1 + Number(answer.slice(at, colon));
  }
  return count;
}
