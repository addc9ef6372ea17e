import { computed, ref } from 'vue';
import { callQuery, type CallQuery } from '#shared/desk-contract/areas/calls.ts';
import type { CallResult, Channel, Outcome } from '#shared/domain/vocabulary.ts';
import { browserClock } from '#renderer/ui/index.ts';
import { rangeStart, type DateRange } from './logic/date-range.ts';
import { talkRanges, type TalkRange } from './logic/talk-range.ts';

/** The filter bar of the record list as refs, and the query it means. */
export function useCallFilter() {
  const search = ref('');
  const employeeId = ref<string | null>(null);
  const range = ref<DateRange | null>('all');
  const result = ref<CallResult | null>(null);
  const outcome = ref<Outcome | null>(null);
  const channel = ref<Channel | null>(null);
  const talk = ref<TalkRange | null>(null);

  const query = computed<CallQuery>(() => ({
    ...nothing,
    search: search.value.trim(),
    employeeId: employeeId.value,
    from: rangeStart(range.value ?? 'all', browserClock.now()),
    result: result.value,
    outcome: outcome.value,
    channel: channel.value,
    ...(talk.value === null ? {} : talkRanges[talk.value]),
  }));
  const filtered = computed(
    () =>
      query.value.search !== '' ||
      (range.value ?? 'all') !== 'all' ||
      [employeeId, result, outcome, channel, talk].some((one) => one.value !== null),
  );
  function clear(): void {
    search.value = '';
    range.value = 'all';
    for (const one of [employeeId, result, outcome, channel, talk]) one.value = null;
  }
  return { search, employeeId, range, result, outcome, channel, talk, query, filtered, clear };
}

const nothing = callQuery.parse({});
