import { disposable, type Disposable } from '../base/dispose.ts';
import { Emitter } from '../base/emitter.ts';
import type { FramePort } from './frames.ts';

/**
 * The receiving half of every FramePort, so that all of them keep the same promises: frames that come before anybody
 * listens are kept, the end is told exactly once, and nothing is delivered after it.
 */
export class FrameInbox {
  private readonly frames = new Emitter<unknown>();
  private readonly ends = new Emitter<void>();
  private early: unknown[] | null = [];
  private over = false;

  get closed(): boolean {
    return this.over;
  }

  deliver(frame: unknown): void {
    if (this.over) return;
    if (this.early) this.early.push(frame);
    else this.frames.emit(frame);
  }

  /** Idempotent: a port may learn of its end twice (own close, then the socket's event). */
  end(): void {
    if (this.over) return;
    this.over = true;
    this.early = null;
    this.ends.emit();
  }

  onFrame(listener: (frame: unknown) => void): Disposable {
    const subscription = this.frames.on(listener);
    const early = this.early;
    this.early = null;
    for (const frame of early ?? []) if (!this.over) this.frames.emit(frame);
    return subscription;
  }

  /** A listener that comes after the end is told too, but never before this call has returned. */
  onClose(listener: () => void): Disposable {
    if (!this.over) return this.ends.on(listener);
    let wanted = true;
    void Promise.resolve().then(() => {
      if (wanted) listener();
    });
    return disposable(() => {
      wanted = false;
    });
  }
}

/** A message port of any world (Electron's main, a worker, the page) as a FramePort; who has it feeds and ends the inbox. */
export function messagePortOver(
  port: { postMessage(message: unknown): void; close(): void },
  inbox: FrameInbox,
): FramePort {
  return {
    send(frame) {
      if (!inbox.closed) port.postMessage(frame);
    },
    onFrame: (listener) => inbox.onFrame(listener),
    onClose: (listener) => inbox.onClose(listener),
    close() {
      port.close();
      inbox.end();
    },
  };
}
