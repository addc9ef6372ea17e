import { onScopeDispose } from 'vue';
import { useDesk } from '#renderer/app/desk.ts';
import { useSettings } from '#renderer/features/settings/index.ts';
import { openMicrophone, usePhoneCard } from '#renderer/features/voice/index.ts';
import type { SipKeeper } from './sip-keeper.ts';

/** This window is ready to have the SIP line, as long as whoever asks for it is there. */
export function useSipLine(): void {
  const settings = useSettings();
  const card = usePhoneCard();
  const desk = useDesk();
  const open = (): Promise<MediaStream> =>
    openMicrophone(settings.values?.voiceDevices.inputs ?? [], card.view.found?.input.id ?? null);
  let keeper: SipKeeper | null = null;
  let over = false;
  // Behind the first screen: nobody who looks at leads has to wait for a SIP stack.
  void import('./sip-keeper.ts').then((found) => {
    if (!over) keeper = new found.SipKeeper({ desk, openMicrophone: open });
  });
  onScopeDispose(() => {
    over = true;
    keeper?.dispose();
  });
}
