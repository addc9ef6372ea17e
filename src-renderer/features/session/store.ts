import { computed } from 'vue';
import { defineStore } from 'pinia';
import { useStream } from '#renderer/app/desk.ts';

/** Who is here, on which environment, in which state, and how far the sync is. */
export const useSession = defineStore('session', () => {
  const state = useStream('session.state', null);
  const agent = useStream('agent.state', null);
  const sync = useStream('sync.state', null);
  const phase = computed(() => state.value?.phase ?? null);
  const isDemo = computed(() => state.value?.environment === 'demo');
  return { state, agent, sync, phase, isDemo };
});
