import { getHeapStatistics } from 'node:v8';
import { exposeGc } from './expose-gc.ts';

/** Less than this is not worth the 30 ms that a collection takes. */
const worthwhileBytes = 8 * 2 ** 20;
/** Whoever types asks again within this, ms. */
const idleMs = 500;
/** V8 keeps the pages that it has emptied for later unless it is told that memory is short. */
const everything = { type: 'major', execution: 'sync', flavor: 'last-resort' } as const;

/**
 * Gives back what a thread has left behind once nothing has been asked of it for half a second. By itself V8 leaves it where
 * it is until the thread works again: behind the first list of 100,000 leads that is 30 MB.
 */
export class IdleCollector {
  private readonly collect: () => void;
  private kept = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(collect = collectEverything()) {
    this.collect = collect;
  }

  /** The thread has worked: it is not idle before half a second has passed. */
  worked(): void {
    if (this.timer) this.timer.refresh();
    else this.timer = setTimeout(() => this.idle(), idleMs).unref();
  }

  private idle(): void {
    if (getHeapStatistics().used_heap_size - this.kept < worthwhileBytes) return;
    this.collect();
    this.kept = getHeapStatistics().used_heap_size;
  }
}

function collectEverything(): () => void {
  const collect = exposeGc();
  return () => collect(everything);
}
