import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePortAbove, freeTcpPort, freeUdpPort } from './ports.ts';
import { Program, withFreePorts } from './program.ts';

const host = '127.0.0.1';
const realm = 'pbx.jinhu.example';
const user = 'desk';
const password = 'pw-desk';
/** One per call, and one per offer that is made ahead. */
const relayPorts = 200;

/**
 * A real STUN and TURN server (RFC 8489, RFC 8656) on loopback ports of its own: Debian's coturn with a configuration that is
 * made here. The system's own service is not touched; it ends by its pid, and leaves nothing behind.
 */
export class IceServer {
  readonly user = user;
  readonly password = password;
  readonly port: number;
  private readonly dir: string;
  private readonly program: Program;

  private constructor(port: number, dir: string, program: Program) {
    this.port = port;
    this.dir = dir;
    this.program = program;
  }

  static start(): Promise<IceServer> {
    return withFreePorts(() => IceServer.startOnce());
  }

  private static async startOnce(): Promise<IceServer> {
    const port = await freeTcpPort();
    const relay = await freePortAbove(20_000, freeUdpPort);
    const dir = mkdtempSync(join(tmpdir(), 'jinhu-ice-'));
    const configFile = join(dir, 'turnserver.conf');
    writeFileSync(configFile, config(dir, port, relay), { mode: 0o600 });
    try {
      const program = await Program.start({
        command: 'turnserver',
        args: ['-c', configFile],
        ready: () => answersBinding(port),
      });
      return new IceServer(port, dir, program);
    } catch (error) {
      rmSync(dir, { recursive: true, force: true });
      throw error;
    }
  }

  /** As an account has it (RFC 7064). */
  get stun(): string {
    return `stun:${host}:${this.port}`;
  }

  /** As an account has it (RFC 7065). */
  turn(transport: 'udp' | 'tcp' = 'udp'): string {
    return `turn:${host}:${this.port}?transport=${transport}`;
  }

  /** What the server has said, newest last: each client that it gave a relay, and each that it refused. */
  get log(): string {
    return this.program.output;
  }

  async close(): Promise<void> {
    await this.program.end();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

const config = (dir: string, port: number, firstRelayPort: number): string => `
listening-ip=${host}
listening-port=${port}
relay-ip=${host}
min-port=${firstRelayPort}
max-port=${firstRelayPort + relayPorts - 1}
realm=${realm}
lt-cred-mech
user=${user}:${password}
fingerprint
no-tls
no-dtls
no-cli
# Of a test alone: the PBX's sound is on loopback too.
allow-loopback-peers
# One line per request and its outcome.
verbose
log-file=stdout
userdb=${join(dir, 'users.db')}
pidfile=${join(dir, 'turnserver.pid')}
`;

/** Success of a Binding request (RFC 8489 §5). */
const bindingSuccess = 0x0101;

/** Asks as any STUN client does (RFC 8489 §5): type, length, magic cookie, transaction. False = nothing came in 200 ms. */
function answersBinding(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const finish = (answered: boolean): void => {
      clearTimeout(timer);
      socket.close();
      resolve(answered);
    };
    const timer = setTimeout(() => finish(false), 200);
    socket.on('error', () => finish(false));
    socket.on('message', (answer) => finish(answer.readUInt16BE(0) === bindingSuccess));
    socket.send(Buffer.concat([Buffer.from('000100002112a442', 'hex'), randomBytes(12)]), port, host);
  });
}
