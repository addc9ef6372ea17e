import { onScopeDispose, readonly, shallowRef, watch, type ShallowRef } from 'vue';
import type { Disposable } from '#shared/base/dispose.ts';
import { browserClock } from './clock.ts';

/** Follows a value once it has stood still for `ms`: a search that asks when the typing pauses. */
export function useDelayed<T>(value: () => T, ms: number): Readonly<ShallowRef<T>> {
  const delayed = shallowRef(value());
  let timer: Disposable | undefined;
  watch(value, (next) => {
    timer?.dispose();
    timer = browserClock.after(ms, () => (delayed.value = next));
  });
  onScopeDispose(() => timer?.dispose());
  return readonly(delayed) as Readonly<ShallowRef<T>>;
}
