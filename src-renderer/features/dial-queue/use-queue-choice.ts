import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import type { QueueChoiceState, QueueSource } from '#shared/desk-contract/areas/dial-queue.ts';
import type { QueueOrder } from '#shared/domain/queue-choice.ts';
import { useStream } from '#renderer/app/desk.ts';

export type QueueChosen = NonNullable<QueueChoiceState['choice']>;

interface QueueChoosing {
  /** Also those whose number the check found dead; those whom a colleague follows. */
  readonly callsDead: Ref<boolean>;
  readonly callsColleagues: Ref<boolean>;
  /** What it came to the last time; null = it has not come to anything yet. */
  readonly chosen: ComputedRef<QueueChosen | null>;
  /** How far the look at the list is; null = it is through. */
  readonly progress: ComputedRef<Pick<QueueChoiceState, 'looked' | 'of'> | null>;
}

/** Whom a queue of this source would call: looked through by the engine as long as this is shown, and as it stood then. */
export function useQueueChoice(source: QueueSource, order: () => QueueOrder): QueueChoosing {
  const callsDead = ref(false);
  const callsColleagues = ref(false);
  const now = useStream('dialQueue.choice', () => ({
    source,
    order: order(),
    dead: callsDead.value,
    colleagues: callsColleagues.value,
  }));
  // What was shown stays while another wish is looked through.
  const last = shallowRef<QueueChosen | null>(null);
  watch(now, (item) => item?.choice && (last.value = item.choice));
  return {
    callsDead,
    callsColleagues,
    chosen: computed(() => last.value),
    progress: computed(() => (now.value?.choice ? null : (now.value ?? { looked: 0, of: 0 }))),
  };
}
