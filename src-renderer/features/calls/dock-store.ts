import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import { useDesk, useStreamListener } from '#renderer/app/desk.ts';
import { useOtherPerson } from '#renderer/features/session/index.ts';
import { browserClock } from '#renderer/ui/index.ts';
import { useDial } from './dial-store.ts';
import type { TimedCall } from './logic/timers.ts';

/**
 * The call in the dock. 继续整理 keeps an ended call here after the engine let it go: its note and outcome can still be
 * written, as any record's can. A new call takes its place.
 */
export const useDock = defineStore('dock', () => {
  const desk = useDesk();
  const dial = useDial();
  const timed = shallowRef<TimedCall | null>(null);
  const kept = shallowRef<CallView | null>(null);
  const keeping = ref(false);
  /** 监听 stays as it was set from call to call. */
  const listening = ref(true);
  const volume = ref(80);

  useStreamListener('calls.current', null, (item) => {
    const before = timed.value?.item.call ?? null;
    if (item.call) {
      if (item.call.id !== (before ?? kept.value)?.id) keeping.value = false;
      kept.value = null;
    } else if (keeping.value) {
      kept.value ??= before;
    }
    timed.value = { item, receivedAt: browserClock.mono() };
  });
  useStreamListener('calls.changed', null, () => void lookAgain());
  useOtherPerson(() => {
    keeping.value = false;
    kept.value = null;
    timed.value = null;
  });

  async function lookAgain(): Promise<void> {
    const { value } = kept;
    if (!value) return;
    const answer = await desk.attempt('calls.get', { id: value.id });
    if (answer.ok && kept.value?.id === answer.value.id) kept.value = answer.value;
  }

  const call = computed(() => timed.value?.item.call ?? kept.value);

  /** Grows whenever somebody wants to go on too early: the dock leads them to what is missing. */
  const pointedOut = ref(0);
  const pointOut = (): void => void (pointedOut.value += 1);

  async function dismiss(): Promise<void> {
    const { value } = call;
    keeping.value = false;
    kept.value = null;
    if (value && !(await desk.attempt('calls.dismiss', { callId: value.id })).ok) pointOut();
  }

  return {
    call,
    /** A second one beside it: waiting to be taken, or held. */
    other: computed(() => timed.value?.item.other ?? null),
    /** What can be done besides talking; null = nothing. */
    transfers: computed(() => timed.value?.item.transfers ?? null),
    /** The other side of a call wants us to call somebody. */
    asked: computed(() => timed.value?.item.asked ?? null),
    /** The call with the reading its timers run from; null for a call that is only kept. */
    timed: computed(() => (timed.value?.item.call ? timed.value : null)),
    live: computed(() => call.value !== null && call.value.state !== 'ended'),
    /** Whether the dock has anything to show: the frame opens its column by this. */
    open: computed(
      () =>
        call.value !== null ||
        dial.refusal !== null ||
        dial.dialing !== null ||
        (timed.value?.item.asked ?? null) !== null,
    ),
    keeping,
    pointedOut,
    pointOut,
    listening,
    volume,
    dismiss,
  };
});
