import { Emitter } from '#shared/base/emitter.ts';
import type { Disposable } from '#shared/base/dispose.ts';

/** One port of the phone as a byte pipe, seen from the host. What nobody listens to is lost, as on a real port. */
export interface SimPort {
  readonly name: string;
  /** Host → phone. */
  write(bytes: Uint8Array): void;
  /** Phone → host. */
  onData(listener: (bytes: Uint8Array) => void): Disposable;
}

/** What cables, sockets and loopbacks need of a phone. */
export interface Pluggable {
  readonly modems: readonly { readonly at: SimPort; readonly pcm: SimPort }[];
  readonly plugged: boolean;
  onPlugged(listener: (plugged: boolean) => void): Disposable;
}

export function createPort(
  name: string,
  receive: (bytes: Uint8Array) => void,
): SimPort & { emit(bytes: Uint8Array): void } {
  const data = new Emitter<Uint8Array>();
  return { name, write: receive, onData: (listener) => data.on(listener), emit: (bytes) => data.emit(bytes) };
}
