import { computed, ref, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { useDesk } from '#renderer/app/desk.ts';

/** The customer whose calls alone the address asks for: `/calls?customer=<lead>`. */
export function useCallsCustomer() {
  const desk = useDesk();
  const route = useRoute();
  const router = useRouter();
  const id = computed(() => (typeof route.query['customer'] === 'string' ? route.query['customer'] : null));
  /** Null while it is not known, and of one who is not on this desk any more. */
  const name = ref<string | null>(null);
  watch(
    id,
    async (now) => {
      name.value = null;
      if (now === null) return;
      const answer = await desk.attempt('leads.get', { id: now });
      if (answer.ok && id.value === now) name.value = answer.value.companyName;
    },
    { immediate: true },
  );
  return { id, name, clear: () => void router.replace({ path: '/calls' }) };
}
