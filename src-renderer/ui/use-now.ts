import { onScopeDispose, readonly, ref, type Ref } from 'vue';
import { every } from '#shared/base/clock.ts';
import { browserClock } from './clock.ts';

/** The wall clock in ms, moving every `ms` while the component lives. */
export function useNow(ms = 30_000): Readonly<Ref<number>> {
  const now = ref(browserClock.now());
  const timer = every(browserClock, ms, () => {
    now.value = browserClock.now();
  });
  onScopeDispose(() => timer.dispose());
  return readonly(now);
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
