import { computed, onScopeDispose, shallowRef } from 'vue';
import { browserClock, useMono } from '#renderer/ui/index.ts';
import { useCommand, type Failure } from '#renderer/app/desk.ts';
import { answered, asked, ended, noTalk, type UssdTalk } from './ussd-talk.ts';

interface Ussd {
  readonly talk: Readonly<{ value: UssdTalk }>;
  readonly failure: Readonly<{ value: Failure | null }>;
  /** How long the network has been thinking, whole seconds. */
  readonly seconds: Readonly<{ value: number }>;
  send(text: string): Promise<void>;
  cancel(): Promise<void>;
}

/** USSD with one slot, as long as the component lives: what is open or waited for then ends on the network as well. */
export function useUssd(slot: number): Ussd {
  const talk = shallowRef<UssdTalk>(noTalk);
  const ussd = useCommand('phone.ussd');
  const stop = useCommand('phone.cancelUssd');
  const mono = useMono();
  const seconds = computed(() => {
    const { since } = talk.value;
    return since === null ? 0 : Math.max(0, Math.floor((mono.value - since) / 1000));
  });
  const cancel = async (): Promise<void> => {
    talk.value = ended(talk.value);
    await stop.run({ slot });
  };
  onScopeDispose(() => {
    if (talk.value.state !== 'idle') void cancel();
  });
  return {
    talk,
    failure: ussd.failure,
    seconds,
    cancel,
    async send(text) {
      if (talk.value.state === 'waiting') return;
      const mine = asked(talk.value, text, browserClock.mono());
      talk.value = mine;
      const reply = await ussd.run({ slot, text });
      // Cancelled meanwhile, and perhaps asked anew: this answer is nobody's.
      if (talk.value !== mine) return;
      talk.value = reply.ok ? answered(mine, reply.value) : ended(mine);
    },
  };
}
