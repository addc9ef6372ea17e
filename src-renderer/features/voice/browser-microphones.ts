import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { browserClock } from '#renderer/ui/clock.ts';
import type { MicrophoneDevices, OpenMicrophone } from './logic/microphone-keeper.ts';
import { unlessSilent } from './logic/unless-silent.ts';
import { devicesThere, onDevicesChanged } from './sound-devices.ts';

/** The microphones of this browser. */
export const browserMicrophones: MicrophoneDevices = {
  there: () => unlessSilent(browserClock, devicesThere('audioinput')),
  async open(device, { echoCancellation, noiseSuppression, autoGain }) {
    const asked = navigator.mediaDevices.getUserMedia({
      audio: {
        ...(device === 'system' ? {} : { deviceId: { exact: device.id } }),
        channelCount: 1,
        echoCancellation,
        noiseSuppression,
        autoGainControl: autoGain,
      },
    });
    return openMicrophone(await unlessSilent(browserClock, asked, stop));
  },
};

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function openMicrophone(stream: MediaStream): OpenMicrophone {
  const [track] = stream.getAudioTracks();
  return {
    stream,
    label: track?.label ?? '',
    onLost(listener) {
      // Pulled while it was being opened: nobody says it again.
      if (track?.readyState === 'ended') queueMicrotask(listener);
      else track?.addEventListener('ended', listener);
    },
    close: () => stop(stream),
  };
}

/** Devices came or went, or the person has said whether a microphone may be used. */
export function onMicrophonesChanged(listener: () => void): Disposable {
  const bag = new DisposeBag();
  bag.add(onDevicesChanged(listener));
  // Not every browser knows this permission by name.
  void navigator.permissions.query({ name: 'microphone' as PermissionName }).then(
    (permission) => {
      permission.addEventListener('change', listener);
      bag.add({ dispose: () => permission.removeEventListener('change', listener) });
    },
    () => undefined,
  );
  return bag;
}
