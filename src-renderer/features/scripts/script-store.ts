import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import { useStream } from '#renderer/app/desk.ts';
import { readMemory, writeMemory } from './logic/script-memory.ts';

/** 通话话术 in this window: which there are, whether they are shown, and which one; kept over restarts. */
export const useScripts = defineStore('scripts', () => {
  const told = useStream('scripts.all', null);
  const kept = readMemory(localStorage);
  const open = ref(kept.open);
  const chosen = ref(kept.id);
  watch([open, chosen], () => writeMemory(localStorage, { open: open.value, id: chosen.value }));

  const scripts = computed(() => told.value?.scripts ?? []);
  return {
    scripts,
    /** Another text may stand under the same id. */
    rev: computed(() => told.value?.rev ?? 0),
    open,
    /** The one that was chosen last, or the first where that is gone. */
    id: computed({
      get: () => (scripts.value.find(({ id }) => id === chosen.value) ?? scripts.value[0])?.id ?? null,
      set: (id) => void (chosen.value = id),
    }),
  };
});
