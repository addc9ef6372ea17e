import { computed, type ComputedRef } from 'vue';
import type { LeadPlace } from '#shared/domain/vocabulary.ts';
import type { LeadListLook } from '#shared/desk-contract/areas/leads.ts';
import type { Failure } from '#renderer/app/desk.ts';
import { useSettings } from '#renderer/features/settings/index.ts';
import type { LeadView } from './logic/lead-views.ts';

const plain: LeadListLook = { columns: null, views: [] };

/** How the person wants this list: kept in their settings. */
export function useListLook(place: () => LeadPlace): {
  look: ComputedRef<LeadListLook>;
  /** Why the last change was not kept. */
  failure: ComputedRef<Failure | null>;
  setColumns(columns: string[] | null): Promise<boolean>;
  /** One of the same name is replaced. */
  saveView(name: string, view: LeadView): Promise<boolean>;
  removeView(name: string): Promise<boolean>;
} {
  const settings = useSettings();
  const look = computed(() => settings.values?.leadLists[place()] ?? plain);
  const change = (part: Partial<LeadListLook>): Promise<boolean> =>
    settings.change({ leadLists: { ...settings.values?.leadLists, [place()]: { ...look.value, ...part } } });
  const others = (name: string): LeadListLook['views'] => look.value.views.filter((view) => view.name !== name);
  return {
    look,
    failure: computed(() => settings.failure),
    setColumns: (columns) => change({ columns }),
    saveView: (name, query) => change({ views: [...others(name), { name, query }] }),
    removeView: (name) => change({ views: others(name) }),
  };
}
