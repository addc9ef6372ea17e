import { computed, ref } from 'vue';
import type { CallQuery } from '#shared/desk-contract/areas/calls.ts';
import type { CallResult, Outcome } from '#shared/domain/vocabulary.ts';
import { browserClock } from '#renderer/ui/index.ts';
import { rangeStart, type DateRange } from './logic/date-range.ts';

/** The filter bar of the record list as refs, and the query it means. */
export function useCallFilter() {
  const search = ref('');
  const employeeId = ref<string | null>(null);
  const range = ref<DateRange | null>('all');
  const result = ref<CallResult | null>(null);
  const outcome = ref<Outcome | null>(null);

  const query = computed<CallQuery>(() => ({
    search: search.value.trim(),
    employeeId: employeeId.value,
    from: rangeStart(range.value ?? 'all', browserClock.now()),
    to: null,
    result: result.value,
    outcome: outcome.value,
  }));
  const filtered = computed(
    () =>
      query.value.search !== '' ||
      employeeId.value !== null ||
      (range.value ?? 'all') !== 'all' ||
      result.value !== null ||
      outcome.value !== null,
  );
  function clear(): void {
    search.value = '';
    employeeId.value = null;
    range.value = 'all';
    result.value = null;
    outcome.value = null;
  }
  return { search, employeeId, range, result, outcome, query, filtered, clear };
}
