import { onScopeDispose, watch } from 'vue';
import { useSettings } from '#renderer/features/settings/index.ts';
import { rankedDevice } from './logic/ranked-device.ts';
import { usePhoneCard } from './phone-card-store.ts';
import { soundDevices } from './voice-microphone.ts';

/**
 * Where the agent listens: the first wanted device that is there, never the phone's own card, whose sound is the customer's.
 * @param changed what is plugged in or wanted has changed: ask again
 * @returns asks; the device's id, null = the system's choice
 */
export function useListeningDevice(changed: () => void): () => Promise<string | null> {
  const settings = useSettings();
  const card = usePhoneCard();
  const wanted = (): readonly string[] => settings.values?.voiceDevices.outputs ?? [];
  const phone = (): string | null => card.view.found?.output.id ?? null;
  navigator.mediaDevices.addEventListener('devicechange', changed);
  onScopeDispose(() => navigator.mediaDevices.removeEventListener('devicechange', changed));
  watch(() => JSON.stringify([wanted(), phone()]), changed);
  return async () => rankedDevice(await soundDevices('audiooutput'), wanted(), phone())?.id ?? null;
}
