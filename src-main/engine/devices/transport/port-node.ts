import { stat } from 'node:fs/promises';
import { every, type Clock } from '#shared/base/clock.ts';
import { disposable, type Disposable } from '#shared/base/dispose.ts';

/** A look costs one `stat`; half of what a person notices. */
const lookMs = 250;

/** Names that the file system knows: /dev/ttyUSB2, a link to a pty. Windows' COM5 is none. */
export const hasNode = (path: string): boolean => path.startsWith('/');

/**
 * Which device a path leads to now; null = none. The same name may lead to another device after a replug: the kernel
 * gives a new node a new number or a new inode.
 */
export async function nodeOf(path: string): Promise<string | null> {
  try {
    const { rdev, ino } = await stat(path);
    return `${rdev}:${ino}`;
  } catch {
    return null;
  }
}

/**
 * Tells once when the path no longer leads to the device that it leads to now. serialport may miss an unplug: a read of a
 * hung-up line that returns 0 is tried again without end, and `close` never comes (research/hardware 0.9).
 */
export function watchNode(clock: Clock, path: string, gone: () => void): Disposable {
  let first: string | null = null;
  let looking = false;
  let over = false;
  const watch = every(clock, lookMs, () => {
    if (looking) return;
    looking = true;
    void nodeOf(path).then((now) => {
      looking = false;
      first ??= now;
      if (over || (now !== null && now === first)) return;
      stop.dispose();
      gone();
    });
  });
  const stop = disposable(() => {
    over = true;
    watch.dispose();
  });
  void nodeOf(path).then((now) => {
    first ??= now;
  });
  return stop;
}
