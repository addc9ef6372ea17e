import { onScopeDispose } from 'vue';
import { useDesk } from '#renderer/app/desk.ts';
import { useSettings } from '#renderer/features/settings/index.ts';
import { openMicrophone, usePhoneCard } from '#renderer/features/voice/index.ts';
import { SipKeeper } from './sip-keeper.ts';

/** This window is ready to have the SIP line, as long as whoever asks for it is there. */
export function useSipLine(): void {
  const settings = useSettings();
  const card = usePhoneCard();
  const keeper = new SipKeeper({
    desk: useDesk(),
    openMicrophone: () => openMicrophone(settings.values?.voiceDevices.inputs ?? [], card.view.found?.input.id ?? null),
  });
  onScopeDispose(() => keeper.dispose());
}
