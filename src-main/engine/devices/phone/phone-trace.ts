import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { PhoneLogEntry } from '#shared/desk-contract/areas/phone.ts';

/** An afternoon of calls, or a minute of a modem gone mad: about 1 MB. */
const defaultCapacity = 5_000;

/**
 * What was said at all ports of the phone, oldest first, over every reconnect; masked by the sessions before it gets
 * here. `seq` counts from 1 without gaps, so whoever reads along knows what was dropped.
 */
export class PhoneTrace {
  private readonly added = new Emitter<PhoneLogEntry>();
  private readonly capacity: number;
  private entries: PhoneLogEntry[] = [];
  private count = 0;

  constructor(capacity = defaultCapacity) {
    this.capacity = capacity;
  }

  add(line: Omit<PhoneLogEntry, 'seq'>): void {
    this.count += 1;
    const entry: PhoneLogEntry = { seq: this.count, ...line };
    this.entries.push(entry);
    if (this.entries.length >= this.capacity * 2) this.entries = this.entries.slice(-this.capacity);
    this.added.emit(entry);
  }

  onLine(listener: (line: PhoneLogEntry) => void): Disposable {
    return this.added.on(listener);
  }

  /** What is kept with a `seq` above this one, the newest `most` of it. */
  since(seq: number, most = this.capacity): readonly PhoneLogEntry[] {
    const wanted = Math.min(this.count - seq, most, this.capacity);
    return wanted <= 0 ? [] : this.entries.slice(-wanted);
  }
}
