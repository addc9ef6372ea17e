import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue';
import type { CompanyListing } from '#shared/desk-contract/areas/company.ts';
import type { WindowedList } from '#renderer/ui/windowed-list.ts';

/** As many as the head of the list ticks at once, and as are decided in one go. */
export const mostTickedListings = 100;

interface TickedListings {
  /** Requests that were ticked, by id, as they were then. */
  readonly ticked: ShallowRef<ReadonlyMap<string, CompanyListing>>;
  /** Every request among the first of the list is ticked. */
  readonly allTicked: ComputedRef<boolean>;
  /** Only a request that waits for this person can be. */
  mayTick(listing: CompanyListing): boolean;
  tick(listing: CompanyListing): void;
  tickFirst(): void;
  clear(): void;
}

/** Which requests are meant by the next decision. Another question to the list means others. */
export function useTickedListings(list: WindowedList<CompanyListing>, question: () => unknown): TickedListings {
  const ticked = shallowRef<ReadonlyMap<string, CompanyListing>>(new Map());
  const mayTick = ({ editable, state }: CompanyListing): boolean => editable && state === 'requested';
  const first = (): CompanyListing[] =>
    Array.from({ length: Math.min(mostTickedListings, list.total ?? 0) }, (_, index) => list.at(index)).filter(
      (row) => row !== undefined && mayTick(row),
    ) as CompanyListing[];
  const clear = (): void => {
    if (ticked.value.size > 0) ticked.value = new Map();
  };
  watch(question, clear);
  return {
    ticked,
    allTicked: computed(() => ticked.value.size > 0 && first().every(({ id }) => ticked.value.has(id))),
    mayTick,
    tick(listing) {
      if (!mayTick(listing)) return;
      const next = new Map(ticked.value);
      if (!next.delete(listing.id) && next.size < mostTickedListings) next.set(listing.id, listing);
      ticked.value = next;
    },
    tickFirst() {
      const all = first();
      ticked.value = all.every(({ id }) => ticked.value.has(id)) ? new Map() : new Map(all.map((row) => [row.id, row]));
    },
    clear,
  };
}
