import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';

const everyMs = 30_000;

/**
 * Asks again and again while somebody is in by this desk's word alone, one time after the other.
 * @param ask resolves with whether it is over; never rejects
 */
export function renewUntilOver(clock: Clock, ask: () => Promise<boolean>): Disposable {
  let over = false;
  let timer: Disposable | undefined;
  const next = (): void => {
    timer = clock.after(everyMs, () => {
      void ask().then((done) => {
        over ||= done;
        if (!over) next();
      });
    });
  };
  next();
  return {
    dispose: () => {
      over = true;
      timer?.dispose();
    },
  };
}
