import { maskDigits } from '#shared/base/logger.ts';

export interface RawLogEntry {
  readonly mono: number;
  readonly direction: 'sent' | 'received' | 'note';
  readonly text: string;
}

/** A PIN is shorter than what maskDigits hides. */
const maskSecrets = (text: string): string => text.replace(/(\+CPIN=).*/i, '$1"****"');

/** The last lines of a port, numbers and PINs masked: what support reads when a phone misbehaves. */
export class RawLog {
  private entries: RawLogEntry[] = [];
  private readonly capacity: number;

  constructor(capacity = 500) {
    this.capacity = capacity;
  }

  add(mono: number, direction: RawLogEntry['direction'], text: string): void {
    this.entries.push({ mono, direction, text: maskDigits(maskSecrets(text)) });
    if (this.entries.length > this.capacity * 2) this.entries = this.entries.slice(-this.capacity);
  }

  /** Oldest first. */
  tail(count = this.capacity): readonly RawLogEntry[] {
    return this.entries.slice(-Math.min(count, this.capacity));
  }
}
