import { computed, onScopeDispose, shallowRef, triggerRef, type ComputedRef } from 'vue';
import { WindowedList, type FetchPage } from './windowed-list.ts';

export interface ListInUse<Row> {
  readonly list: WindowedList<Row>;
  /** Of the last answer; null before the first one, and behind a refusal of another question. */
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
    total: computed<number | null>((last) => watched.value.total ?? (watched.value.failure === null ? (last ?? null) : null)), // prettier-ignore
    failure: computed(() => watched.value.failure),
  };
}
