import { computed } from 'vue';
import { defineStore } from 'pinia';
import { useStream } from '#renderer/app/desk.ts';

/** The desk phone and its five slots. */
export const usePhone = defineStore('phone', () => {
  const state = useStream('phone.state', null);
  const isReady = computed(() => state.value?.connection === 'ready');
  return { state, isReady };
});
