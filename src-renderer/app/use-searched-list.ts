import { computed, ref, watch, type Ref } from 'vue';
import { useDelayed } from '#renderer/ui/use-delayed.ts';
import { useWindowedList, type ListInUse } from '#renderer/ui/use-windowed-list.ts';

export interface SearchedList<Row> extends Pick<ListInUse<Row>, 'list' | 'total'> {
  /** As it is typed. */
  readonly search: Ref<string>;
  /** As it is asked for, once the person has stopped typing. */
  readonly settled: Readonly<Ref<string>>;
  /** For `ref` of the table. */
  readonly table: Ref<{ focus(): void } | undefined>;
  /** The row with the cursor; −1 = none. */
  readonly selected: Ref<number>;
}

type Question<Filter> = { search?: string; offset: number; limit: number } & Filter;

const typingMs = 180;

/**
 * The rows of a list page: searched by what is typed, narrowed by `filter`, read window by window. Another question begins
 * at the top, with the cursor nowhere.
 */
export function useSearchedList<Row, Filter extends object = object>(
  ask: (question: Question<Filter>) => Promise<{ rows: readonly Row[]; total: number }>,
  filter: () => Filter = () => ({}) as Filter,
): SearchedList<Row> {
  const search = ref('');
  const settled = useDelayed(() => search.value.trim(), typingMs);
  const narrowed = computed(() => ({ ...(settled.value ? { search: settled.value } : {}), ...filter() }));
  const { list, total } = useWindowedList<Row>((offset, limit) => ask({ ...narrowed.value, offset, limit }));
  const table = ref<{ focus(): void }>();
  const selected = ref(-1);
  watch(narrowed, () => {
    selected.value = -1;
    list.reset();
  });
  return { search, settled, list, total, table, selected };
}
