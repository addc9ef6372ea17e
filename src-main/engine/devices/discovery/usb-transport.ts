import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { Transport } from '../face.ts';

export interface UsbTransportDeps {
  /** For people; the ports behind it change. */
  readonly name: string;
  /** The part of the phone that is meant, as it can be opened now. Rejects with `phone.port-missing` while it is away. */
  readonly locate: () => Promise<Transport>;
  readonly present: () => Promise<boolean>;
}

/** A port that is known by what it belongs to, not by its name: each `open` looks for it anew (COM5 today, COM7 tomorrow). */
export class UsbTransport implements Transport {
  readonly name: string;
  private readonly deps: UsbTransportDeps;
  private readonly data = new Emitter<Uint8Array>();
  private readonly losses = new Emitter<string>();
  private inner: Transport | null = null;
  private bag = new DisposeBag();
  /** Raised by each open and close: what an older open still finds belongs to nobody. */
  private epoch = 0;

  constructor(deps: UsbTransportDeps) {
    this.deps = deps;
    this.name = deps.name;
  }

  async open(): Promise<void> {
    if (this.inner) throw new AppError('phone.port-busy', { port: this.name });
    this.epoch += 1;
    const mine = this.epoch;
    const port = await this.deps.locate();
    const bag = new DisposeBag();
    bag.add(port.onData((bytes) => this.data.emit(bytes)));
    bag.add(port.onLost((reason) => this.onInnerLost(port, reason)));
    try {
      if (mine === this.epoch) await port.open();
      if (mine !== this.epoch) throw new AppError('phone.lost', { port: this.name, reason: 'closed while opening' });
    } catch (error) {
      bag.dispose();
      void port.close();
      throw error;
    }
    this.inner = port;
    this.bag = bag;
  }

  write(bytes: Uint8Array, atOnce?: boolean): Promise<void> {
    if (this.inner) return this.inner.write(bytes, atOnce);
    return Promise.reject(new AppError('phone.lost', { port: this.name, reason: 'not open' }));
  }

  onData(listener: (bytes: Uint8Array) => void): Disposable {
    return this.data.on(listener);
  }

  onLost(listener: (reason: string) => void): Disposable {
    return this.losses.on(listener);
  }

  present(): Promise<boolean> {
    return this.deps.present();
  }

  close(): Promise<void> {
    this.epoch += 1;
    const closing = this.inner;
    this.inner = null;
    this.bag.dispose();
    return closing?.close() ?? Promise.resolve();
  }

  private onInnerLost(port: Transport, reason: string): void {
    if (this.inner !== port) return;
    this.inner = null;
    this.bag.dispose();
    this.losses.emit(reason);
  }
}
