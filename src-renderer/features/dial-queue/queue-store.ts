import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { useStreamListener } from '#renderer/app/desk.ts';
import { useSession } from '#renderer/features/session/index.ts';
import { browserClock } from '#renderer/ui/index.ts';
import { receive, type TimedQueue } from './logic/queue-clock.ts';
import { deedsOf, type QueueDeed } from './logic/queue-view.ts';
import { useQueueAsks } from './queue-asks.ts';

/** 批量外呼 in this window: what the engine says of it, what a person asks of it, and where it is looked at. */
export const useQueue = defineStore('dial-queue', () => {
  const session = useSession();
  const timed = shallowRef<TimedQueue | null>(null);
  const state = computed(() => timed.value?.state ?? null);
  const { failure, asking, ...asks } = useQueueAsks(() => state.value);
  /** Its panel is put away: it says nothing that is not in the sign too. */
  const folded = ref(false);
  const listOpen = ref(false);
  /** The queue that this window has seen at work: its end is shown until the person closes it. */
  const watched = ref<string | null>(null);
  /** The panel takes the focus when it is there. */
  const focusWanted = ref(false);

  useStreamListener('dialQueue.state', null, (now) => {
    const before = state.value;
    timed.value = now && receive(timed.value, now, browserClock.mono());
    if (!now) return;
    if (!now.over) watched.value = now.id;
    if (before?.id === now.id && before.phase === now.phase) return;
    failure.value = null;
    // What begins to move is looked at.
    if (!deedsOf(now).has('fold')) folded.value = false;
  });

  const unfinished = computed(() => state.value !== null && !state.value.over);
  const ends = computed(() => state.value?.over === true && watched.value === state.value.id);
  /** From wherever the person is to its panel. */
  function look(): void {
    folded.value = false;
    focusWanted.value = true;
  }
  return {
    ...asks,
    ...{ state, unfinished, listOpen, focusWanted, look },
    timed: computed(() => timed.value),
    /** There is something to show in the dock, whenever that is open. */
    inDock: computed(() => unfinished.value || ends.value),
    /** The dock opens for it. */
    shown: computed(() => (unfinished.value && !folded.value) || ends.value),
    /** The countdown to the next call runs, or is held: it takes the place of that of 话后处理. */
    wraps: computed(() => state.value?.phase === 'wrap-up' || state.value?.phase === 'holding'),
    deeds: computed<ReadonlySet<QueueDeed>>(() => (state.value ? deedsOf(state.value) : new Set())),
    failure: computed(() => failure.value),
    pending: computed(() => asking.value > 0),
    onBreak: computed(() => session.agent?.chosen === 'break'),
    /** The sign was pressed: the panel, and where that is there already, the list. */
    show: () => (folded.value ? look() : void (listOpen.value = true)),
    fold: () => void (folded.value = true),
    closeEnd: () => void (watched.value = null),
  };
});
