import { shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { freeRows, heldRows, type HeldRow } from './held-rows.ts';

export interface RowsInHand<T> {
  readonly rows: Readonly<ShallowRef<readonly HeldRow<T>[]>>;
  /** For `mouseleave` and `focusout` of the list: the rows as they should be, unless the other hand is still there. */
  readonly letGo: (event: MouseEvent | FocusEvent) => void;
}

/**
 * Rows that do not move under the mouse, nor while one of them has the focus (held-rows.ts). @param list where they are drawn
 * @param next the rows as they should be
 */
export function useHeldRows<T>(
  list: Readonly<Ref<HTMLElement | undefined>>,
  next: () => readonly T[],
  keyOf: (value: T) => string,
): RowsInHand<T> {
  const rows = shallowRef<readonly HeldRow<T>[]>(freeRows(next(), keyOf));
  const isUnder = (): boolean => list.value?.matches(':hover') ?? false;
  const holds = (focused: EventTarget | null): boolean => focused instanceof Node && (list.value?.contains(focused) ?? false); // prettier-ignore
  watch(next, (now) => {
    const isHeld = isUnder() || holds(document.activeElement);
    rows.value = isHeld ? heldRows(rows.value, now, keyOf) : freeRows(now, keyOf);
  });
  return {
    rows,
    letGo(event) {
      const isHeld = event.type === 'mouseleave' ? holds(document.activeElement) : isUnder() || holds((event as FocusEvent).relatedTarget); // prettier-ignore
      if (!isHeld) rows.value = freeRows(next(), keyOf);
    },
  };
}
