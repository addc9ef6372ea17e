import { computed, shallowRef, watch } from 'vue';
import { useDesk, useStream, useStreamListener } from '#renderer/app/desk.ts';
import type { Colleague } from './logic/colleagues.ts';

/** Whose calls this person may see besides their own. */
export function useColleagues() {
  const desk = useDesk();
  const session = useStream('session.state', null);
  const colleagues = shallowRef<readonly Colleague[]>([]);
  /** Who sees the calls of others sees whose they are, also while all of them are one person's. */
  const ofOthers = computed(() => (session.value?.employee?.role ?? 'agent') !== 'agent');
  async function ask(): Promise<void> {
    if (!ofOthers.value) return;
    const answer = await desk.attempt('calls.employees', null);
    if (answer.ok) colleagues.value = answer.value;
  }
  watch(ofOthers, ask, { immediate: true });
  useStreamListener('calls.changed', null, () => void ask());
  return { session, colleagues, ofOthers };
}
