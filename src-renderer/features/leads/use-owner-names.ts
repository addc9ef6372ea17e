import { shallowRef, watch, type ShallowRef } from 'vue';
import { leadQuery, type LeadFilters } from '#shared/desk-contract/areas/leads.ts';
import { useDesk } from '#renderer/app/desk.ts';

/** Names of whom a list is filtered by, also of those who follow nothing in it any more. */
export function useOwnerNames(filters: () => LeadFilters): ShallowRef<ReadonlyMap<string, string>> {
  const desk = useDesk();
  const names = shallowRef<ReadonlyMap<string, string>>(new Map());
  watch(
    () => filters().owners,
    async (owners) => {
      if (owners.every((id) => id === '' || names.value.has(id))) return;
      const answer = await desk.attempt('leads.words', { selection: leadQuery.parse({}) });
      if (answer.ok) names.value = new Map(answer.value.owners.map(({ word, name }) => [word, name]));
    },
    { immediate: true },
  );
  return names;
}
