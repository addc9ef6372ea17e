import { defineStore } from 'pinia';
import { shallowRef, type Ref } from 'vue';

type Values = Readonly<Record<string, unknown>>;

/**
 * What 通话记录 was narrowed by when its person left the page, for when they come back from a customer or the statistics. As long as the
 * window is open: the next morning begins with all calls, and another person with their own.
 */
export const useKeptCallFilter = defineStore('kept-call-filter', () => {
  const kept = shallowRef<{ readonly of: string; readonly values: Values } | null>(null);
  return {
    keep(of: string, refs: Readonly<Record<string, Ref<unknown>>>): void {
      kept.value = { of, values: Object.fromEntries(Object.entries(refs).map(([name, { value }]) => [name, value])) };
    },
    /** In the order of `refs`: what one of them sets off in others is said again by those behind it. */
    restore(of: string, refs: Readonly<Record<string, Ref<unknown>>>): void {
      if (kept.value?.of !== of) return;
      for (const [name, ref] of Object.entries(refs)) ref.value = kept.value.values[name];
    },
  };
});
