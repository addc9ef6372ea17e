import { onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { freeRows, heldRows, type HeldRow } from './held-rows.ts';

/**
 * Rows that do not move under the mouse, nor while one of them has the focus (held-rows.ts). @param list where they are drawn
 * @param next the rows as they should be
 */
export function useHeldRows<T>(
  list: Readonly<Ref<HTMLElement | undefined>>,
  next: () => readonly T[],
  keyOf: (value: T) => string,
): Readonly<ShallowRef<readonly HeldRow<T>[]>> {
  const rows = shallowRef<readonly HeldRow<T>[]>(freeRows(next(), keyOf));
  let [under, within] = [false, false];
  const settle = (): void => {
    if (!under && !within) rows.value = freeRows(next(), keyOf);
  };
  watch(next, (now) => {
    // A button that is disabled, or gone, loses the focus and tells nobody.
    within &&= list.value?.contains(document.activeElement) ?? false;
    rows.value = under || within ? heldRows(rows.value, now, keyOf) : freeRows(now, keyOf);
  });

  const on = {
    mouseenter: () => (under = true),
    mouseleave: () => {
      under = false;
      settle();
    },
    focusin: () => (within = true),
    focusout: (event: Event) => {
      const { relatedTarget } = event as FocusEvent;
      within = relatedTarget instanceof Node && (list.value?.contains(relatedTarget) ?? false);
      settle();
    },
  } as const;
  const listen = (element: HTMLElement | undefined, how: 'addEventListener' | 'removeEventListener'): void => {
    for (const [name, run] of Object.entries(on)) element?.[how](name, run);
  };
  watch(
    list,
    (element, before) => {
      listen(before, 'removeEventListener');
      listen(element, 'addEventListener');
      [under, within] = [false, false];
    },
    { immediate: true, flush: 'post' },
  );
  onScopeDispose(() => listen(list.value, 'removeEventListener'));
  return rows;
}
