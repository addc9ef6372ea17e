import { ref, type Ref } from 'vue';
import type { QueueState } from '#shared/desk-contract/areas/dial-queue.ts';
import { useSettings } from '#renderer/features/settings/index.ts';
import { draftFrom, planOf, withKnownWay, type QueueDraft } from './logic/queue-form.ts';
import { useWayChoices } from './use-way-choices.ts';

interface QueueDraftForm {
  readonly draft: Ref<QueueDraft>;
  readonly settings: ReturnType<typeof useSettings>;
  /** As it would be called by now. */
  plan(): ReturnType<typeof planOf>;
  /** 整理时间 is a setting of the desk, for all calls. @returns whether it is as it was wanted */
  saveWrapUp(): Promise<boolean>;
}

/** How a queue is to call, as it is being written. @param state of the queue that it begins with; null = there was none */
export function useQueueDraft(state: QueueState | null): QueueDraftForm {
  const settings = useSettings();
  const ways = useWayChoices();
  const wrapUpBefore = settings.values?.wrapUpSeconds ?? 10;
  const draft = ref<QueueDraft>(draftFrom(state, wrapUpBefore));
  return {
    draft,
    settings,
    plan: () => planOf(withKnownWay(draft.value, ways.value)),
    async saveWrapUp() {
      const { wrapUpSeconds } = draft.value;
      return wrapUpSeconds === wrapUpBefore || settings.change({ wrapUpSeconds });
    },
  };
}
