import { onScopeDispose, readonly, ref, type Ref } from 'vue';
import type { Disposable } from '#shared/base/dispose.ts';
import { every } from '#shared/base/clock.ts';
import { browserClock } from './clock.ts';

interface SharedNow {
  readonly now: Ref<number>;
  readonly timer: Disposable;
  users: number;
}
const shared = new Map<number, SharedNow>();

function start(ms: number): SharedNow {
  const now = ref(browserClock.now());
  const timer = every(browserClock, ms, () => {
    now.value = browserClock.now();
  });
  return { now, timer, users: 0 };
}

/**
 * The wall clock in ms, moving every `ms` while the component lives. One timer for all who ask for the same: in a list each row has some.
 * Whoever comes between finds it as it stands, up to `ms` old.
 */
export function useNow(ms = 30_000): Readonly<Ref<number>> {
  const one = shared.get(ms) ?? start(ms);
  shared.set(ms, one);
  one.users += 1;
  onScopeDispose(() => {
    one.users -= 1;
    if (one.users > 0) return;
    shared.delete(ms);
    one.timer.dispose();
  });
  return readonly(one.now);
}

/** Monotonic ms, moving every `ms` while the component lives: for timers of a call, which no clock change may bend. */
export function useMono(ms = 250): Readonly<Ref<number>> {
  const mono = ref(browserClock.mono());
  const timer = every(browserClock, ms, () => {
    mono.value = browserClock.mono();
  });
  onScopeDispose(() => timer.dispose());
  return readonly(mono);
}
