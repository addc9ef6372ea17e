import type { AbortSignalLike } from '../base/clock.ts';

/** AbortController for pure code: `lib: ES2024` has none, and the engine must run the same under every host. */
export interface Abort {
  readonly signal: AbortSignalLike;
  /** Idempotent. A listener that is added later is called at once, so that nobody waits for what has happened. */
  abort(): void;
}

export function createAbort(): Abort {
  let aborted = false;
  let listeners: (() => void)[] = [];
  return {
    signal: {
      get aborted() {
        return aborted;
      },
      addEventListener: (_type, listener) => {
        if (aborted) listener();
        else listeners.push(listener);
      },
    },
    abort() {
      if (aborted) return;
      aborted = true;
      const waiting = listeners;
      listeners = [];
      for (const listener of waiting) listener();
    },
  };
}
