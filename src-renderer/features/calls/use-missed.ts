import { computed, onMounted, onUnmounted, watch, type ComputedRef } from 'vue';
import { useDesk, useStream } from '#renderer/app/desk.ts';

/** 未接来电 that this person has not seen in the list yet. */
export function useMissed(): ComputedRef<number> {
  const missed = useStream('calls.missed', null);
  return computed(() => missed.value?.unseen ?? 0);
}

/** For the list: what it shows is seen, as long as the window itself is. */
export function useSeeingMissed(): void {
  const desk = useDesk();
  const unseen = useMissed();
  function look(): void {
    if (unseen.value > 0 && document.visibilityState === 'visible') void desk.attempt('calls.seeMissed', null);
  }
  watch(unseen, look);
  onMounted(() => {
    look();
    document.addEventListener('visibilitychange', look);
  });
  onUnmounted(() => document.removeEventListener('visibilitychange', look));
}
