import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';
import type { DevicesThere } from './logic/ranked-device.ts';
import { devicesThere, onDevicesChanged } from './sound-devices.ts';

export interface SoundDevicesInUse {
  readonly inputs: Readonly<ShallowRef<DevicesThere>>;
  readonly outputs: Readonly<ShallowRef<DevicesThere>>;
  /** Names are told only once a microphone may be used. */
  look(): Promise<void>;
}

/** What is plugged in now, by name. */
export function useSoundDevices(): SoundDevicesInUse {
  const inputs = shallowRef<DevicesThere>({ list: [], system: null });
  const outputs = shallowRef<DevicesThere>({ list: [], system: null });
  async function look(): Promise<void> {
    inputs.value = await devicesThere('audioinput');
    outputs.value = await devicesThere('audiooutput');
  }
  const changed = onDevicesChanged(() => void look());
  onScopeDispose(() => changed.dispose());
  void look();
  return { inputs, outputs, look };
}
