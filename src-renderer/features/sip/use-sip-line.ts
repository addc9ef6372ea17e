import { onScopeDispose, watch } from 'vue';
import { useDesk, useStream } from '#renderer/app/desk.ts';
import { useListening, useMicrophone } from '#renderer/features/voice/index.ts';
import type { SipKeeper } from './sip-keeper.ts';

/** This window is ready to have the SIP lines, as long as whoever asks for it is there. */
export function useSipLine(): void {
  const microphone = useMicrophone();
  const listening = useListening();
  const desk = useDesk();
  const state = useStream('sip.state', null);
  let keeper: SipKeeper | null = null;
  let over = false;
  // Who has no account loads no SIP stack; who has one sees the first screen before it.
  watch(
    () => state.value?.lines.some(({ enabled }) => enabled) ?? false,
    async (wanted) => {
      if (!wanted) return;
      const { SipKeeper } = await import('./sip-keeper.ts');
      if (!over) keeper ??= new SipKeeper({ desk, holdMicrophone: microphone.hold, listening });
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    over = true;
    keeper?.dispose();
  });
}
