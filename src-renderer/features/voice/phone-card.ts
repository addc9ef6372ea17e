import type { FoundCard, Listed } from './logic/match-card.ts';
import { graphRate } from '#renderer/telephony/sound/phone-rate.ts';
import { browserDevices } from './sound-devices.ts';
// A file of its own and never inlined: our CSP allows no blob: and no data: scripts.
import cardUrl from './card-worklet.ts?worker&url';

/** 20 ms of both sides at 8 kHz: even samples came in, odd ones went out meanwhile. */
export interface CardFrame {
  readonly both: Int16Array<ArrayBuffer>;
  /** When the engine sent what went out, on its clock; null = nothing of it did. */
  readonly sentAt: number | null;
}
export interface UplinkPart {
  readonly at: number;
  readonly samples: Int16Array;
}

export interface OpenCard {
  readonly card: FoundCard;
  play(part: UplinkPart): void;
  close(): void;
}

/** The browser wants a click or key press before a page may make sound. */
export class SoundBlocked extends Error {}

const startWithinMs = 1_000;

/** What is plugged in. @returns null while names are hidden: a microphone must be allowed first */
export async function listedDevices(): Promise<Listed | null> {
  const all = await browserDevices();
  const inputs = all.filter(({ kind }) => kind === 'audioinput');
  if (inputs.length > 0 && inputs.every(({ label }) => label === '')) return null;
  const named = (kind: MediaDeviceKind): Listed['inputs'] =>
    all
      .filter((device) => device.kind === kind && device.label !== '')
      .map(({ deviceId, label, groupId }) => ({ id: deviceId, label, group: groupId }));
  return { inputs: named('audioinput'), outputs: named('audiooutput') };
}

/** Asks for the right to use a microphone. @throws DOMException */
export async function askForMicrophone(): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  for (const track of stream.getTracks()) track.stop();
}

/**
 * Opens both sides of the phone's card as one graph, whose clock is the card's: frames in are counted by it. Nothing of
 * a browser's processing is wanted on a phone line; the agent's own microphone keeps its own.
 * @param onLost the card is gone
 * @throws DOMException of getUserMedia or setSinkId, SoundBlocked
 */
export async function openPhoneCard(
  card: FoundCard,
  onFrame: (frame: CardFrame) => void,
  onLost: () => void,
): Promise<OpenCard> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: {
      deviceId: { exact: card.input.id },
      channelCount: 1,
      echoCancellation: false,
      noiseSuppression: false,
      autoGainControl: false,
    },
  });
  const context = new AudioContext({ sampleRate: graphRate, latencyHint: 'interactive' });
  const close = (): void => {
    for (const track of stream.getTracks()) track.stop();
    if (context.state !== 'closed') void context.close();
  };
  try {
    await (context as AudioContext & { setSinkId(id: string): Promise<void> }).setSinkId(card.output.id);
    await context.audioWorklet.addModule(cardUrl);
    const node = new AudioWorkletNode(context, 'phone-card', {
      channelCount: 1,
      channelCountMode: 'explicit',
      outputChannelCount: [1],
    });
    node.port.onmessage = ({ data }: MessageEvent<CardFrame>) => onFrame(data);
    context.createMediaStreamSource(stream).connect(node);
    node.connect(context.destination);
    await started(context);
    stream.getAudioTracks()[0]?.addEventListener('ended', onLost);
    return { card, play: (part) => node.port.postMessage(part, [part.samples.buffer as ArrayBuffer]), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** A context that may not start stays as it is and says nothing. */
function started(context: AudioContext): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new SoundBlocked()), startWithinMs);
    context.resume().then(() => {
      clearTimeout(timer);
      resolve();
    }, reject);
  });
}
