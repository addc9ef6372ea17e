import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';
import type { SoundDevice } from './logic/ranked-device.ts';
import { soundDevices } from './voice-microphone.ts';

export interface SoundDevicesInUse {
  readonly inputs: Readonly<ShallowRef<readonly SoundDevice[]>>;
  readonly outputs: Readonly<ShallowRef<readonly SoundDevice[]>>;
  /** Names are told only once a microphone may be used. */
  look(): Promise<void>;
}

/** What is plugged in now, by name. */
export function useSoundDevices(): SoundDevicesInUse {
  const inputs = shallowRef<readonly SoundDevice[]>([]);
  const outputs = shallowRef<readonly SoundDevice[]>([]);
  async function look(): Promise<void> {
    inputs.value = await soundDevices('audioinput');
    outputs.value = await soundDevices('audiooutput');
  }
  const changed = (): void => void look();
  navigator.mediaDevices.addEventListener('devicechange', changed);
  onScopeDispose(() => navigator.mediaDevices.removeEventListener('devicechange', changed));
  void look();
  return { inputs, outputs, look };
}
