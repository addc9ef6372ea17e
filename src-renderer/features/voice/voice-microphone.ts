import { rankedDevice, type SoundDevice } from './logic/ranked-device.ts';
// A file of its own and never inlined: our CSP allows no blob: and no data: scripts.
import voiceUrl from './voice-worklet.ts?worker&url';

export type MicrophoneProblem = 'denied' | 'missing' | 'busy';

/** The wire's rate; the browser resamples to it. */
export const voiceRate = 8000;

export interface VoiceMicrophone {
  /** As the browser names the device that is open. */
  readonly label: string;
  close(): void;
}

export const microphoneProblem = (thrown: unknown): MicrophoneProblem => {
  const name = thrown instanceof DOMException ? thrown.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'busy';
};

export async function soundDevices(kind: 'audioinput' | 'audiooutput'): Promise<SoundDevice[]> {
  return (await browserDevices())
    .filter((device) => device.kind === kind && device.label !== '')
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}

/** Chromium lists the system's choice a second time under these. */
const aliases: ReadonlySet<string> = new Set(['default', 'communications']);

/** What is plugged in, each once; labels are empty while no microphone is allowed. */
export const browserDevices = async (): Promise<MediaDeviceInfo[]> =>
  (await navigator.mediaDevices.enumerateDevices()).filter(({ deviceId }) => !aliases.has(deviceId));

/**
 * Opens the first wanted microphone that is there, else the system's.
 * @param phone the id of the phone's own sound card, which is no microphone of the agent's
 * @throws DOMException of getUserMedia
 */
export async function openMicrophone(wanted: readonly string[], phone: string | null): Promise<MediaStream> {
  const device = rankedDevice(await soundDevices('audioinput'), wanted, phone);
  return navigator.mediaDevices.getUserMedia({
    audio: {
      ...(device ? { deviceId: { exact: device.id } } : {}),
      channelCount: 1,
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
    },
  });
}

/**
 * Opens a microphone as `openMicrophone` does, and hands over 20 ms at a time.
 * @param onLost the device is gone
 * @throws DOMException of getUserMedia
 */
export async function openVoiceMicrophone(
  wanted: readonly string[],
  onFrame: (samples: Float32Array) => void,
  onLost: () => void,
  phone: string | null = null,
): Promise<VoiceMicrophone> {
  const stream = await openMicrophone(wanted, phone);
  const context = new AudioContext({ sampleRate: voiceRate, latencyHint: 'interactive' });
  const close = (): void => {
    for (const track of stream.getTracks()) track.stop();
    if (context.state !== 'closed') void context.close();
  };
  try {
    await context.audioWorklet.addModule(voiceUrl);
    const voice = new AudioWorkletNode(context, 'voice', { numberOfOutputs: 0, channelCount: 1 });
    voice.port.onmessage = ({ data }: MessageEvent<Float32Array>) => onFrame(data);
    context.createMediaStreamSource(stream).connect(voice);
    await context.resume();
  } catch (error) {
    close();
    throw error;
  }
  const [track] = stream.getAudioTracks();
  track?.addEventListener('ended', onLost);
  return { label: track?.label ?? '', close };
}
