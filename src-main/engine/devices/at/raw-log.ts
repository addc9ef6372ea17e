import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { maskTrace } from './mask-trace.ts';

export interface RawLogEntry {
  readonly mono: number;
  readonly direction: 'sent' | 'received' | 'note';
  readonly text: string;
}

/**
 * The last lines of a port, numbers and secrets masked: what support reads when a phone misbehaves. There is no way to
 * read it unmasked. Masking happens when somebody reads, not when a modem talks: five hundred reports a second are kept
 * for the price of a pointer.
 */
export class RawLog {
  private readonly ring: RawLogEntry[] = [];
  private readonly capacity: number;
  private readonly entries = new Emitter<RawLogEntry>();
  private listeners = 0;
  /** Where the next entry goes once the ring is full: the oldest one's place. */
  private next = 0;

  constructor(capacity = 500) {
    this.capacity = capacity;
  }

  add(mono: number, direction: RawLogEntry['direction'], text: string): void {
    const entry = { mono, direction, text };
    this.ring[this.next] = entry;
    this.next = (this.next + 1) % this.capacity;
    if (this.listeners > 0) this.entries.emit(masked(entry));
  }

  /** Every new entry, masked. */
  onEntry(listener: (entry: RawLogEntry) => void): Disposable {
    const subscription = this.entries.on(listener);
    let open = true;
    this.listeners += 1;
    return {
      dispose: () => {
        if (open) this.listeners -= 1;
        open = false;
        subscription.dispose();
      },
    };
  }

  /** Oldest first, masked. */
  tail(count = this.capacity): readonly RawLogEntry[] {
    const full = this.ring.length === this.capacity;
    const ordered = full ? [...this.ring.slice(this.next), ...this.ring.slice(0, this.next)] : this.ring;
    return ordered.slice(Math.max(0, ordered.length - count)).map(masked);
  }
}

const masked = (entry: RawLogEntry): RawLogEntry => ({ ...entry, text: maskTrace(entry.text) });
