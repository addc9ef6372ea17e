import { computed, ref, type ComputedRef, type Ref } from 'vue';
import type { CommandState } from '#renderer/app/desk.ts';

/** Where rules hold: in the company, or in one of its departments. */
export interface RulesPlace<Rules> {
  /** Of the company or the department. */
  readonly placeId: string;
  /** Its own; null = it has none. */
  readonly rules: Rules | null;
  /** What holds while it has none. */
  readonly inherited: Rules | null;
  readonly isCompany: boolean;
}

interface Options<Draft, Wanted> {
  readonly place: RulesPlace<{ readonly version: number }>;
  /** What holds there, as it is typed. */
  readonly shown: Draft;
  /** Null = something in the draft is wrong. */
  readonly read: (draft: Draft) => Wanted | null;
  readonly set: CommandState;
  readonly remove: CommandState;
  /** @param base the version that was seen */
  readonly send: (id: string, base: number, wanted: Wanted) => Promise<{ readonly ok: boolean }>;
  readonly take: (id: string) => Promise<{ readonly ok: boolean }>;
  readonly saved: () => void;
}

/** What PlaceRulesForm is given. */
export interface RulesFormState {
  readonly hasOwn: boolean;
  readonly isCompany: boolean;
  /** The company has some, which hold for a department without. */
  readonly inherits: boolean;
  readonly changed: boolean;
  /** Nothing in the draft is wrong. */
  readonly ready: boolean;
  readonly set: CommandState;
  readonly remove: CommandState;
}

interface PlaceRulesDraft<Draft> {
  readonly draft: Ref<Draft>;
  readonly state: ComputedRef<RulesFormState>;
  readonly save: () => Promise<void>;
  readonly reset: () => Promise<void>;
}

/** The rules of one place as they are being written. Made anew for each place and version, so that a draft belongs to one. */
export function usePlaceRules<Draft, Wanted>(options: Options<Draft, Wanted>): PlaceRulesDraft<Draft> {
  const { place, shown, read, set, remove, send, take, saved } = options;
  // As text: what is typed is written into this very object.
  const before = JSON.stringify(shown);
  const draft = ref(shown) as Ref<Draft>;
  const wanted = computed(() => read(draft.value));
  const state = computed(() => ({
    hasOwn: place.rules !== null,
    isCompany: place.isCompany,
    inherits: place.inherited !== null,
    changed: JSON.stringify(draft.value) !== before,
    ready: wanted.value !== null,
    set,
    remove,
  }));
  return {
    draft,
    state,
    async save() {
      if (wanted.value === null || set.pending.value) return;
      if ((await send(place.placeId, place.rules?.version ?? 0, wanted.value)).ok) saved();
    },
    async reset() {
      if ((await take(place.placeId)).ok) saved();
    },
  };
}
