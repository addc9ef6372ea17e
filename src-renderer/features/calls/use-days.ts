import { computed, ref, shallowRef, watch } from 'vue';
import { useNow } from '#renderer/ui/index.ts';
import { startOfDay } from '#renderer/ui/local-days.ts';
import { ownDaysAfter, spanOf, type DateRange, type DaySpan } from './logic/date-range.ts';

const minuteMs = 60_000;

/** Of which days calls are asked for. At midnight "today" is another one. */
export function useDays(initial: DateRange) {
  const range = ref<DateRange | null>(initial);
  const [first, last] = [ref(''), ref('')];
  const now = useNow(minuteMs);
  const today = computed(() => startOfDay(now.value));
  const wanted = computed(() => spanOf({ range: range.value ?? 'all', first: first.value, last: last.value }, today.value)); // prettier-ignore
  /** Days the wrong way round ask for nothing: what was asked before stays until they are right. */
  const span = shallowRef<DaySpan>({ from: null, below: null });
  watch(wanted, (next) => next && (span.value = next), { immediate: true, flush: 'sync' });
  watch(
    range,
    (next, before) => {
      if (next !== 'custom') return;
      const own = ownDaysAfter(before ?? 'all', today.value);
      [first.value, last.value] = [own.first, own.last];
    },
    { flush: 'sync' },
  );
  return { range, first, last, span, isReversed: computed(() => wanted.value === null) };
}
