import { computed, ref, watch, type Ref } from 'vue';
import { onBeforeRouteLeave } from 'vue-router';
import { callQuery, type CallQuery } from '#shared/desk-contract/areas/calls.ts';
import { outcomes, type CallResult, type Channel } from '#shared/domain/vocabulary.ts';
import { useSession } from '#renderer/features/session/index.ts';
import { useKeptCallFilter } from './kept-call-filter.ts';
import { newestCalls, type CallSort } from './logic/call-sort.ts';
import { talkRanges, type TalkRange } from './logic/talk-range.ts';
import { useDays } from './use-days.ts';

/** 未接 is a direction to people, and a result. */
export const callWays = ['outbound', 'inbound', 'missed'] as const;
export type CallWay = (typeof callWays)[number];

/**
 * The filter bar of the record list as refs, and the query it means.
 * @param customer whose calls alone are asked for; null = everybody's
 */
export function useCallFilter(customer: { readonly id: Readonly<Ref<string | null>>; clear(): void }) {
  const search = ref('');
  const employeeId = ref<string | null>(null);
  /** By its name; '' = in none. */
  const department = ref<string | null>(null);
  const days = useDays('all');
  const way = ref<CallWay | null>(null);
  const result = ref<CallResult | null>(null);
  /** A meaning, or the id of one of the company's. */
  const outcome = ref<string | null>(null);
  const incomplete = ref(false);
  const channel = ref<Channel | null>(null);
  const talk = ref<TalkRange | null>(null);
  const sort = ref<CallSort>(newestCalls);
  const choices = [employeeId, department, way, result, outcome, channel, talk];

  // A call has one result: who asks for 未接 asks for no other, and the other way round.
  watch(way, (now) => now === 'missed' && (result.value = null), { flush: 'sync' });
  watch(result, (now) => now !== null && way.value === 'missed' && (way.value = 'inbound'), { flush: 'sync' });

  const query = computed<CallQuery>(() => ({
    ...nothing,
    ...sort.value,
    search: search.value.trim(),
    customerId: customer.id.value,
    employeeId: employeeId.value,
    department: department.value,
    from: days.span.value.from,
    to: days.span.value.below,
    direction: way.value === 'missed' ? 'inbound' : way.value,
    result: way.value === 'missed' ? 'missed' : result.value,
    ...outcomeQuery(outcome.value),
    incomplete: incomplete.value,
    channel: channel.value,
    ...(talk.value === null ? {} : talkRanges[talk.value]),
  }));
  const filtered = computed(
    () =>
      query.value.search !== '' ||
      customer.id.value !== null ||
      (days.range.value ?? 'all') !== 'all' ||
      incomplete.value ||
      choices.some((one) => one.value !== null),
  );
  function clearOwn(): void {
    search.value = '';
    days.range.value = 'all';
    incomplete.value = false;
    for (const one of choices) one.value = null;
  }
  function clear(): void {
    clearOwn();
    if (customer.id.value !== null) customer.clear();
  }
  // Who asks for all calls with a customer means all of them, whatever was looked at before.
  watch(customer.id, (now) => now !== null && clearOwn());
  // From the last visit, unless somebody asks for all calls with a customer: that is no look through the records.
  const memory = useKeptCallFilter();
  const me = useSession().state?.employee?.id ?? '';
  const { range, first, last } = days;
  const remembered = {
    search,
    employeeId,
    department,
    range,
    first,
    last,
    way,
    result,
    outcome,
    incomplete,
    channel,
    talk,
    sort,
  };
  if (customer.id.value === null) memory.restore(me, remembered);
  // Before the address is that of where they go: by then nobody's calls are asked for.
  onBeforeRouteLeave(() => void (customer.id.value === null && memory.keep(me, remembered)));
  return { search, employeeId, department, days, way, result, outcome, incomplete, channel, talk, sort, query, filtered, clear }; // prettier-ignore
}

const nothing = callQuery.parse({});
const outcomeQuery = (chosen: string | null): Pick<CallQuery, 'outcome' | 'outcomeId'> => {
  const meaning = outcomes.find((one) => one === chosen) ?? null;
  return { outcome: meaning, outcomeId: meaning === null ? chosen : null };
};
