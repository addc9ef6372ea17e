import { onScopeDispose, watch } from 'vue';
import { useDesk, useStream } from '#renderer/app/desk.ts';
import { useSettings } from '#renderer/features/settings/index.ts';
import { openMicrophone, usePhoneCard } from '#renderer/features/voice/index.ts';
import type { SipKeeper } from './sip-keeper.ts';

/** This window is ready to have the SIP lines, as long as whoever asks for it is there. */
export function useSipLine(): void {
  const settings = useSettings();
  const card = usePhoneCard();
  const desk = useDesk();
  const state = useStream('sip.state', null);
  const open = (): Promise<MediaStream> =>
    openMicrophone(settings.values?.voiceDevices.inputs ?? [], card.view.found?.input.id ?? null);
  let keeper: SipKeeper | null = null;
  let over = false;
  // Who has no account loads no SIP stack; who has one sees the first screen before it.
  watch(
    () => state.value?.lines.some(({ enabled }) => enabled) ?? false,
    async (wanted) => {
      if (!wanted) return;
      const { SipKeeper } = await import('./sip-keeper.ts');
      if (!over) keeper ??= new SipKeeper({ desk, openMicrophone: open });
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    over = true;
    keeper?.dispose();
  });
}
