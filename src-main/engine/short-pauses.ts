import { setFlagsFromString } from 'node:v8';
import { exposeGc } from './expose-gc.ts';

let collect: NodeJS.GCFunction | null = null;

/**
 * The loop that serves F2 collects often and a little. By itself V8 lets the young generation grow to 64 MB, and the helpers
 * that collect it are waited for: 5 to 10 ms where processors are busy. Kept at the few MB that it has now, and collected
 * by the loop itself, that is 1 ms. For the whole process, from now on.
 */
export function keepPausesShort(): void {
  if (collect) return;
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--no-parallel-scavenge');
  collect = exposeGc();
}

/**
 * Collects the young generation now, for whoever hands on MBs that are no objects: what sockets have read is little beside the
 * objects of the loop, so it piles up outside the heap until V8 goes through all of it, 10 to 20 ms at a time.
 */
export const collectYoung = (): void => collect?.({ type: 'minor' });
