import { AppError } from '#shared/base/errors.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { Transport } from '../face.ts';

/** What an operating system port must offer to become a Transport. */
export interface RawPort {
  /** Calls back when the bytes left; after an unplug the callback may never come (research/hardware 0.9). */
  write(bytes: Uint8Array, done: (error?: Error | null) => void, atOnce: boolean): void;
  close(done: () => void): void;
}

/** How a raw port reports back. `lost` counts once and only before `close`. */
export interface PortSink {
  data(bytes: Uint8Array): void;
  lost(reason: string): void;
}

/** Opens the raw port; rejects with a typed AppError. */
export type OpenRawPort = (sink: PortSink) => Promise<RawPort>;

/**
 * The rules that all ports share: `onLost` once, pending writes rejected on loss, `close` that never rejects and hushes
 * everything after it. A transport may be opened again after a loss or a close.
 */
export function createPortTransport(name: string, openRawPort: OpenRawPort): Transport {
  const onData = new Emitter<Uint8Array>();
  const onLost = new Emitter<string>();
  const pending = new Set<(error: AppError) => void>();
  let port: RawPort | null = null;
  /** Raised by each open and close: callbacks of an older port are ignored. */
  let epoch = 0;

  const rejectPending = (reason: string): void => {
    for (const reject of [...pending]) reject(new AppError('phone.lost', { port: name, reason }));
    pending.clear();
  };
  const lose = (reason: string): void => {
    const lostPort = port;
    port = null;
    epoch += 1;
    lostPort?.close(() => undefined);
    rejectPending(reason);
    onLost.emit(reason);
  };

  return {
    name,
    async open() {
      if (port) throw new AppError('phone.port-busy', { port: name });
      epoch += 1;
      const mine = epoch;
      const opened = await openRawPort({
        data: (bytes) => {
          if (mine === epoch) onData.emit(bytes);
        },
        lost: (reason) => {
          if (mine === epoch && port) lose(reason);
        },
      });
      if (mine !== epoch) {
        opened.close(() => undefined);
        throw new AppError('phone.lost', { port: name, reason: 'closed while opening' });
      }
      port = opened;
    },
    write(bytes, atOnce = false) {
      const target = port;
      if (!target) return Promise.reject(new AppError('phone.lost', { port: name, reason: 'not open' }));
      return new Promise((resolve, reject) => {
        const fail = (error: AppError): void => reject(error);
        pending.add(fail);
        const done = (error?: Error | null): void => {
          if (!pending.delete(fail)) return;
          if (error) reject(new AppError('phone.lost', { port: name, reason: error.message }, error));
          else resolve();
        };
        target.write(bytes, done, atOnce);
      });
    },
    onData: (listener): Disposable => onData.on(listener),
    onLost: (listener): Disposable => onLost.on(listener),
    close() {
      const closing = port;
      port = null;
      epoch += 1;
      rejectPending('closed');
      if (!closing) return Promise.resolve();
      return new Promise((resolve) => closing.close(resolve));
    },
  };
}
