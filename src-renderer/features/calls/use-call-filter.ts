import { computed, ref } from 'vue';
import { callQuery, type CallQuery } from '#shared/desk-contract/areas/calls.ts';
import { outcomes, type CallResult, type Channel } from '#shared/domain/vocabulary.ts';
import { browserClock } from '#renderer/ui/index.ts';
import { rangeStart, type DateRange } from './logic/date-range.ts';
import { talkRanges, type TalkRange } from './logic/talk-range.ts';

/** The filter bar of the record list as refs, and the query it means. */
export function useCallFilter() {
  const search = ref('');
  const employeeId = ref<string | null>(null);
  /** By its name; '' = in none. */
  const department = ref<string | null>(null);
  const range = ref<DateRange | null>('all');
  const result = ref<CallResult | null>(null);
  /** A meaning, or the id of one of the company's. */
  const outcome = ref<string | null>(null);
  const incomplete = ref(false);
  const channel = ref<Channel | null>(null);
  const talk = ref<TalkRange | null>(null);

  const query = computed<CallQuery>(() => ({
    ...nothing,
    search: search.value.trim(),
    employeeId: employeeId.value,
    department: department.value,
    from: rangeStart(range.value ?? 'all', browserClock.now()),
    result: result.value,
    ...outcomeQuery(outcome.value),
    incomplete: incomplete.value,
    channel: channel.value,
    ...(talk.value === null ? {} : talkRanges[talk.value]),
  }));
  const filtered = computed(
    () =>
      query.value.search !== '' ||
      (range.value ?? 'all') !== 'all' ||
      incomplete.value ||
      [employeeId, department, result, outcome, channel, talk].some((one) => one.value !== null),
  );
  function clear(): void {
    search.value = '';
    range.value = 'all';
    incomplete.value = false;
    for (const one of [employeeId, department, result, outcome, channel, talk]) one.value = null;
  }
  return { search, employeeId, department, range, result, outcome, incomplete, channel, talk, query, filtered, clear };
}

const nothing = callQuery.parse({});
const outcomeQuery = (chosen: string | null): Pick<CallQuery, 'outcome' | 'outcomeId'> => {
  const meaning = outcomes.find((one) => one === chosen) ?? null;
  return { outcome: meaning, outcomeId: meaning === null ? chosen : null };
};
