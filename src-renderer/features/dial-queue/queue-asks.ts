import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { QueueState } from '#shared/desk-contract/areas/dial-queue.ts';
import type { DeskContract } from '#shared/desk-contract/contract.ts';
import type { CommandInput, CommandName } from '#shared/desk-contract/kit.ts';
import type { BreakReason } from '#shared/domain/vocabulary.ts';
import { useDesk, type Failure } from '#renderer/app/desk.ts';
import { useDock } from '#renderer/features/calls/index.ts';
import { useSession } from '#renderer/features/session/index.ts';

type QueueCommand = Extract<CommandName<DeskContract>, `dialQueue.${string}` | 'agent.choose'>;

export interface QueueAsks {
  /** What was asked last was refused; gone with the next thing that is asked, or that happens. */
  readonly failure: ShallowRef<Failure | null>;
  /** How many questions are under way. */
  readonly asking: Ref<number>;
  /** @returns whether it was taken */
  ask<K extends QueueCommand>(name: K, input: CommandInput<DeskContract, K>): Promise<boolean>;
  /** 开始 and 继续, out of a break too: who asks for it is back. */
  goOn(): Promise<void>;
  /** 暂停. Whoever goes to a meal, a meeting or a training is on a break: calls that come in find out, and so do colleagues. */
  pause(reason: BreakReason): Promise<void>;
  /** 立即继续. What was wrapped up leaves the dock, as without a queue. */
  continueNow(): Promise<void>;
  /** 拨打, 跳过: of whom the person sees. */
  confirm(): Promise<void>;
  skip(): Promise<void>;
}

/** What a person asks of the queue. */
export function useQueueAsks(state: () => QueueState | null): QueueAsks {
  const desk = useDesk();
  const dock = useDock();
  const session = useSession();
  const failure = shallowRef<Failure | null>(null);
  const asking = ref(0);

  async function ask<K extends QueueCommand>(name: K, input: CommandInput<DeskContract, K>): Promise<boolean> {
    asking.value += 1;
    failure.value = null;
    const answer = await desk.attempt(name, input);
    asking.value -= 1;
    if (!answer.ok) failure.value = answer.error;
    return answer.ok;
  }
  async function atEntry(name: 'dialQueue.confirm' | 'dialQueue.skip'): Promise<void> {
    const position = state()?.entry?.position;
    if (position !== undefined) await ask(name, { position });
  }
  return {
    failure,
    asking,
    ask,
    async goOn() {
      if (session.agent?.chosen === 'break' && !(await ask('agent.choose', { state: 'idle', reason: null }))) return;
      await ask(state()?.phase === 'idle' ? 'dialQueue.start' : 'dialQueue.resume', null);
    },
    async pause(reason) {
      if (!(await ask('dialQueue.pause', { reason })) || reason === 'other') return;
      await ask('agent.choose', { state: 'break', reason });
    },
    async continueNow() {
      const went = await ask('dialQueue.continueNow', null);
      if (went && !dock.live) await dock.dismiss();
      // Said at the fields and in the foot: not once more in the panel.
      if (failure.value?.code !== 'call.incomplete') return;
      failure.value = null;
      dock.pointOut();
    },
    confirm: () => atEntry('dialQueue.confirm'),
    skip: () => atEntry('dialQueue.skip'),
  };
}
