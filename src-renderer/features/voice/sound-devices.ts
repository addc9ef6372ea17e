import { disposable, type Disposable } from '#shared/base/dispose.ts';
import type { DevicesThere } from './logic/ranked-device.ts';

/** Chromium lists the system's choice a second time under these. */
const systemId = 'default';
const aliases: ReadonlySet<string> = new Set([systemId, 'communications']);

/** What is plugged in, each once; labels are empty while no microphone is allowed. */
export const browserDevices = async (): Promise<MediaDeviceInfo[]> =>
  (await navigator.mediaDevices.enumerateDevices()).filter(({ deviceId }) => !aliases.has(deviceId));

/**
 * Which of them the system would take is told by their group, else by the name behind "Default - "; with PulseAudio Chromium
 * often says neither.
 */
export async function devicesThere(kind: 'audioinput' | 'audiooutput'): Promise<DevicesThere> {
  const all = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === kind);
  const named = all.filter(({ deviceId, label }) => !aliases.has(deviceId) && label !== '');
  const alias = all.find(({ deviceId }) => deviceId === systemId);
  const grouped = named.filter(({ groupId }) => groupId === alias?.groupId);
  const called = (grouped.length > 0 ? grouped : named).filter(({ label }) => alias?.label.endsWith(label));
  const [system, other] = grouped.length === 1 ? grouped : called;
  return {
    list: named.map(({ deviceId, label }) => ({ id: deviceId, label })),
    system: system && !other ? system.deviceId : null,
  };
}

/** Something was plugged in or pulled. */
export function onDevicesChanged(listener: () => void): Disposable {
  navigator.mediaDevices.addEventListener('devicechange', listener);
  return disposable(() => navigator.mediaDevices.removeEventListener('devicechange', listener));
}
