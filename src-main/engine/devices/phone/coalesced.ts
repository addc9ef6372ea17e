import type { Clock } from '#shared/base/clock.ts';
import { disposable, type Disposable } from '#shared/base/dispose.ts';

/** Runs `fn` at once, but at most every `ms`; calls in between become one call at the end of that time. */
export function coalesced(clock: Clock, ms: number, fn: () => void): Disposable & { trigger(): void } {
  let lastRun = -Infinity;
  let timer: Disposable | null = null;
  const run = (): void => {
    timer = null;
    lastRun = clock.mono();
    fn();
  };
  const gate = disposable(() => {
    timer?.dispose();
    lastRun = Infinity;
  });
  return {
    trigger() {
      const wait = lastRun + ms - clock.mono();
      if (timer || wait === Infinity) return;
      if (wait <= 0) run();
      else timer = clock.after(wait, run);
    },
    dispose: () => gate.dispose(),
  };
}
