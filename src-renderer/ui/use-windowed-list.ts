import { computed, onScopeDispose, shallowRef, triggerRef, type ComputedRef } from 'vue';
import { WindowedList, type FetchPage } from './windowed-list.ts';

export interface ListInUse<Row> {
  readonly list: WindowedList<Row>;
  /** Null until the first answer. */
  readonly total: ComputedRef<number | null>;
  /** What the last page was refused with; null = fine. */
  readonly failure: ComputedRef<unknown>;
}

/** A windowed list whose count and failure a screen can show beside its table. */
export function useWindowedList<Row>(fetch: FetchPage<Row>): ListInUse<Row> {
  const list = new WindowedList<Row>(fetch);
  const watched = shallowRef(list);
  const listening = list.onChange(() => triggerRef(watched));
  onScopeDispose(() => listening.dispose());
  return {
    list,
    total: computed(() => watched.value.total),
    failure: computed(() => watched.value.failure),
  };
}
