import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { Transport } from '../face.ts';

/** What is known of the card behind the window (sound-card-link.ts). */
export interface CardLine {
  readonly name: string;
  /** A window has found it. */
  readonly ready: boolean;
  /** A window was asked and has not answered yet. */
  readonly looking: boolean;
  /** Why it cannot be opened. */
  readonly problem: AppError;
  readonly wantedNow: boolean;
  onChange(listener: () => void): Disposable;
  onFrame(listener: (bytes: Uint8Array) => void): Disposable;
  send(pcm: Uint8Array): void;
}

/** The window's card in place of a serial port: frames of 20 ms, both sides in, one side out. */
export class CardTransport implements Transport {
  private readonly link: CardLine;
  private readonly losses = new Emitter<string>();
  private watching: Disposable | null = null;

  constructor(link: CardLine) {
    this.link = link;
  }

  get name(): string {
    return this.link.name;
  }

  async open(): Promise<void> {
    if (this.watching) return;
    await this.found();
    if (!this.link.ready) throw this.link.problem;
    this.watching = this.link.onChange(() => this.look());
  }

  /** A frame that no window takes is silence for the customer; the recording has what the card was really given. */
  write(bytes: Uint8Array): Promise<void> {
    if (!this.watching) return Promise.reject(new AppError('phone.lost', { port: this.name, reason: 'not open' }));
    this.link.send(bytes);
    return Promise.resolve();
  }

  onData(listener: (bytes: Uint8Array) => void): Disposable {
    return this.link.onFrame((bytes) => {
      if (this.watching) listener(bytes);
    });
  }

  onLost(listener: (reason: string) => void): Disposable {
    return this.losses.on(listener);
  }

  present(): Promise<boolean> {
    return Promise.resolve(this.link.ready);
  }

  close(): Promise<void> {
    this.watching?.dispose();
    this.watching = null;
    return Promise.resolve();
  }

  /** A window needs a moment to look through its devices. */
  private found(): Promise<void> {
    if (!this.link.looking) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.link.onChange(() => {
        if (this.link.looking) return;
        stop.dispose();
        resolve();
      });
    });
  }

  /** In use it is never lost: the window that takes it up again finds the call where it was. */
  private look(): void {
    if (this.link.ready || this.link.looking || this.link.wantedNow) return;
    void this.close();
    this.losses.emit('the window has lost the card');
  }
}
