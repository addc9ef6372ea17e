import { defineStore } from 'pinia';
import { shallowReactive } from 'vue';
import { useOtherPerson } from '#renderer/features/session/index.ts';

/** 跟进记录 that was begun and not kept yet, by the lead it is about: a drawer that was closed, or followed the cursor, loses none. */
export const useNoteDrafts = defineStore('note-drafts', () => {
  const drafts = shallowReactive(new Map<string, string>());
  useOtherPerson(() => drafts.clear());
  return {
    of: (leadId: string): string => drafts.get(leadId) ?? '',
    put(leadId: string, text: string): void {
      if (text === '') drafts.delete(leadId);
      else drafts.set(leadId, text);
    },
  };
});
