import { computed, ref, watch, type ComputedRef, type Ref, type ShallowRef, shallowRef } from 'vue';
import type { LeadPlace } from '#shared/domain/vocabulary.ts';
import type { LeadFilters, LeadQuery, LeadRow } from '#shared/desk-contract/areas/leads.ts';
import { useDesk, useStreamListener } from '#renderer/app/desk.ts';
import { useWindowedList } from '#renderer/ui/use-windowed-list.ts';
import { builtInViews, noFilters, type LeadView } from './logic/lead-views.ts';
import { newestFirst, type LeadSort } from './logic/lead-words.ts';

interface LeadListState {
  readonly search: Ref<string>;
  /** The search as it is asked for, with each key: the engine has the answer before the next one. */
  readonly asked: ComputedRef<string>;
  readonly filters: ShallowRef<LeadFilters>;
  readonly sort: ShallowRef<LeadSort>;
  readonly query: ComputedRef<LeadQuery>;
  readonly list: ReturnType<typeof useWindowedList<LeadRow>>['list'];
  readonly total: ReturnType<typeof useWindowedList<LeadRow>>['total'];
  /** Index of the row with the cursor; -1 = none. */
  readonly selected: Ref<number>;
  /** Rows that were ticked, by id, as they were then. */
  readonly ticked: ShallowRef<ReadonlyMap<string, LeadRow>>;
  /** All of the list are meant, those too that are not ticked. */
  readonly whole: Ref<boolean>;
  tick(row: LeadRow): void;
  /** Of the list the first `mostTicked`, those too that have not been looked at; or none. */
  tickFirst(on: boolean): Promise<void>;
  show(view: LeadView): void;
}

/** As many as the head of the list ticks at once. */
export const mostTicked = 100;

/** One list of leads: what is asked, what came, where the cursor is, what is ticked. */
export function useLeadList(place: () => LeadPlace): LeadListState {
  const desk = useDesk();
  const search = ref('');
  const filters = shallowRef<LeadFilters>(noFilters);
  const sort = shallowRef<LeadSort>(newestFirst);
  const asked = computed(() => search.value.trim());
  const query = computed<LeadQuery>(() => ({ place: place(), search: asked.value, filters: filters.value, ...sort.value })); // prettier-ignore
  const { list, total } = useWindowedList<LeadRow>((offset, limit) => desk.call('leads.list', { query: query.value, offset, limit })); // prettier-ignore
  const selected = ref(-1);
  const ticked = shallowRef<ReadonlyMap<string, LeadRow>>(new Map());
  const whole = ref(false);
  watch(ticked, () => (whole.value = false));

  watch(query, () => {
    selected.value = -1;
    if (ticked.value.size > 0) ticked.value = new Map();
    list.reset();
  });
  useStreamListener('leads.changed', null, () => list.refresh());

  function show(view: LeadView): void {
    filters.value = view.filters;
    sort.value = { sort: view.sort, descending: view.descending };
  }
  // Another list begins as it comes: what was looked for in the last one says nothing here, and is not asked of it.
  watch(
    place,
    () => {
      search.value = '';
      show(builtInViews.all);
    },
    { flush: 'sync' },
  );

  return {
    search, asked, filters, sort, query, list, total, selected, ticked, whole, show,
    tick(row) {
      const next = new Map(ticked.value);
      if (!next.delete(row.id)) next.set(row.id, row);
      ticked.value = next;
    },
    async tickFirst(on) {
      const asks = query.value;
      const answer = on ? await desk.attempt('leads.list', { query: asks, offset: 0, limit: mostTicked }) : null;
      if (query.value === asks) ticked.value = new Map(answer?.ok ? answer.value.rows.map((row) => [row.id, row]) : []);
    },
  }; // prettier-ignore
}
