import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { maskTrace } from './mask-trace.ts';

export interface RawLogEntry {
  readonly mono: number;
  readonly direction: 'sent' | 'received' | 'note';
  readonly text: string;
}

/** The last lines of a port, numbers and PINs masked: what support reads when a phone misbehaves. */
export class RawLog {
  private readonly added = new Emitter<RawLogEntry>();
  private entries: RawLogEntry[] = [];
  private readonly capacity: number;

  constructor(capacity = 500) {
    this.capacity = capacity;
  }

  add(mono: number, direction: RawLogEntry['direction'], text: string): void {
    const entry: RawLogEntry = { mono, direction, text: maskTrace(text) };
    this.entries.push(entry);
    if (this.entries.length > this.capacity * 2) this.entries = this.entries.slice(-this.capacity);
    this.added.emit(entry);
  }

  /** Every line as it comes, masked. */
  onEntry(listener: (entry: RawLogEntry) => void): Disposable {
    return this.added.on(listener);
  }

  /** Oldest first. */
  tail(count = this.capacity): readonly RawLogEntry[] {
    return this.entries.slice(-Math.min(count, this.capacity));
  }
}
