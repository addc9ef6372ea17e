/**
 * Whose turn it is to write, where a thread writes to the same database as the loop. SQLite lets one write at a time, and
 * whoever finds it taken sleeps for whole milliseconds. So the loop says that it wants to, the thread commits what it has
 * and stays away until the loop is through. A courtesy: without it both would wait for SQLite's lock, and nothing breaks.
 */
export class WriteTurn {
  /** For `workerData`: the other side makes its own WriteTurn of it. */
  readonly shared: SharedArrayBuffer;
  private readonly wishes: Int32Array;

  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.shared = shared;
    this.wishes = new Int32Array(shared);
  }

  /** The loop: runs a write for which the thread makes way. */
  first<T>(work: () => T): T {
    Atomics.add(this.wishes, 0, 1);
    try {
      return work();
    } finally {
      if (Atomics.sub(this.wishes, 0, 1) === 1) Atomics.notify(this.wishes, 0);
    }
  }

  /** The thread: is somebody waiting for what it holds? */
  get wanted(): boolean {
    return Atomics.load(this.wishes, 0) > 0;
  }

  /** The thread, before a transaction. Blocks its thread, never for good: a loop that stands still in a write is no reason. */
  giveWay(): void {
    for (let wishes = Atomics.load(this.wishes, 0), tries = 0; wishes > 0 && tries < 100; tries += 1) {
      Atomics.wait(this.wishes, 0, wishes, 10);
      wishes = Atomics.load(this.wishes, 0);
    }
  }
}
