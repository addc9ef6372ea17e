import { AppError } from '#shared/base/errors.ts';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { LoopbackPhone, Transport } from '#engine/devices/face.ts';
import type { Pluggable, SimPort } from './sim-port.ts';

/** The ports of a phone as transports inside this process. A port opens once at a time; closing does not end a call. */
export function createLoopback(phone: Pluggable): LoopbackPhone {
  const taken = new Set<SimPort>();
  const transport = (port: SimPort) => (): Transport => new LoopbackTransport(phone, port, taken);
  return { modems: phone.modems.map(({ at, pcm }) => ({ at: transport(at), pcm: transport(pcm) })) };
}

class LoopbackTransport implements Transport {
  readonly name: string;
  private readonly phone: Pluggable;
  private readonly port: SimPort;
  private readonly taken: Set<SimPort>;
  private readonly data = new Emitter<Uint8Array>();
  private readonly lost = new Emitter<string>();
  private session: DisposeBag | null = null;

  constructor(phone: Pluggable, port: SimPort, taken: Set<SimPort>) {
    this.phone = phone;
    this.port = port;
    this.taken = taken;
    this.name = `演示话机 ${port.name}`;
  }

  async open(): Promise<void> {
    if (this.session) return;
    if (!this.phone.plugged) throw new AppError('phone.port-missing', { port: this.name });
    if (this.taken.has(this.port)) throw new AppError('phone.port-busy', { port: this.name });
    this.taken.add(this.port);
    const session = new DisposeBag();
    this.session = session;
    // Later on this turn, not inside the caller's write: a serial port never answers before write has returned.
    const deliver = (bytes: Uint8Array): void =>
      queueMicrotask(() => {
        if (this.session === session) this.data.emit(bytes);
      });
    session.add(this.port.onData(deliver));
    session.add(this.phone.onPlugged((plugged) => plugged || this.lose()));
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.session) throw new AppError('phone.lost', { port: this.name });
    // The caller may use its buffer again once this has resolved.
    this.port.write(bytes.slice());
  }

  onData(listener: (bytes: Uint8Array) => void): Disposable {
    return this.data.on(listener);
  }

  onLost(listener: (reason: string) => void): Disposable {
    return this.lost.on(listener);
  }

  async close(): Promise<void> {
    if (!this.session) return;
    this.session.dispose();
    this.session = null;
    this.taken.delete(this.port);
  }

  private lose(): void {
    void this.close();
    this.lost.emit('unplugged');
  }
}
