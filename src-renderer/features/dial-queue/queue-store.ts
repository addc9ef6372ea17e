import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { DeskContract } from '#shared/desk-contract/contract.ts';
import type { CommandInput, CommandName } from '#shared/desk-contract/kit.ts';
import { useDesk, useStreamListener, type Failure } from '#renderer/app/desk.ts';
import { useDock } from '#renderer/features/calls/index.ts';
import { useSession } from '#renderer/features/session/index.ts';
import { browserClock } from '#renderer/ui/index.ts';
import { deedsOf, type QueueDeed } from './logic/queue-view.ts';
import { receive, type TimedQueue } from './logic/queue-clock.ts';

type QueueCommand = Extract<CommandName<DeskContract>, `dialQueue.${string}` | 'agent.choose'>;

/** 批量外呼 in this window: what the engine says of it, what a person asks of it, and where it is looked at. */
export const useQueue = defineStore('dial-queue', () => {
  const desk = useDesk();
  const dock = useDock();
  const session = useSession();
  const timed = shallowRef<TimedQueue | null>(null);
  /** What was asked last was refused; gone with the next thing that happens. */
  const failure = shallowRef<Failure | null>(null);
  const asking = ref(0);
  /** Its panel is put away: it says nothing that is not in the sign too. */
  const folded = ref(false);
  const listOpen = ref(false);
  /** The queue that this window has seen at work: its end is shown until the person closes it. */
  const watched = ref<string | null>(null);
  /** The panel takes the focus when it is there. */
  const focusWanted = ref(false);

  useStreamListener('dialQueue.state', null, (state) => {
    const before = timed.value?.state ?? null;
    timed.value = state && receive(timed.value, state, browserClock.mono());
    if (!state) return;
    if (!state.over) watched.value = state.id;
    if (before?.id !== state.id || before.phase !== state.phase) {
      failure.value = null;
      // What begins to move is looked at.
      if (!deedsOf(state).has('fold')) folded.value = false;
    }
  });

  const state = computed(() => timed.value?.state ?? null);
  const unfinished = computed(() => state.value !== null && !state.value.over);
  const ends = computed(() => state.value?.over === true && watched.value === state.value.id);
  const deeds = computed<ReadonlySet<QueueDeed>>(() => (state.value ? deedsOf(state.value) : new Set<QueueDeed>()));

  async function ask<K extends QueueCommand>(name: K, input: CommandInput<DeskContract, K>): Promise<boolean> {
    asking.value += 1;
    failure.value = null;
    const answer = await desk.attempt(name, input);
    asking.value -= 1;
    if (!answer.ok) failure.value = answer.error;
    return answer.ok;
  }

  /** 开始 and 继续, out of a break too: who asks for it is back. */
  async function goOn(): Promise<void> {
    if (session.agent?.chosen === 'break' && !(await ask('agent.choose', { state: 'idle', reason: null }))) return;
    await ask(deeds.value.has('start') ? 'dialQueue.start' : 'dialQueue.resume', null);
  }

  /** From wherever the person is to its panel. */
  function look(): void {
    folded.value = false;
    focusWanted.value = true;
  }

  /** 立即继续. What was wrapped up leaves the dock, as without a queue. */
  async function continueNow(): Promise<void> {
    if ((await ask('dialQueue.continueNow', null)) && !dock.live) await dock.dismiss();
  }

  async function atEntry(name: 'dialQueue.confirm' | 'dialQueue.skip'): Promise<void> {
    const position = state.value?.entry?.position;
    if (position !== undefined) await ask(name, { position });
  }

  return {
    timed: computed(() => timed.value),
    state,
    /** One is there that is not through. */
    unfinished,
    /** There is something to show in the dock, whenever that is open. */
    inDock: computed(() => unfinished.value || ends.value),
    /** The dock opens for it. */
    shown: computed(() => (unfinished.value && !folded.value) || ends.value),
    /** The countdown to the next call runs, or is held: it takes the place of that of 话后处理. */
    wraps: computed(() => state.value?.phase === 'wrap-up' || state.value?.phase === 'holding'),
    deeds,
    failure: computed(() => failure.value),
    pending: computed(() => asking.value > 0),
    onBreak: computed(() => session.agent?.chosen === 'break'),
    listOpen,
    focusWanted,
    ask,
    goOn,
    continueNow,
    confirm: () => atEntry('dialQueue.confirm'),
    skip: () => atEntry('dialQueue.skip'),
    look,
    /** The sign was pressed: the panel, and where that is there already, the list. */
    show(): void {
      if (folded.value) look();
      else listOpen.value = true;
    },
    fold(): void {
      folded.value = true;
    },
    closeEnd(): void {
      watched.value = null;
    },
  };
});
