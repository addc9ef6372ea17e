import type { Player } from './logic/output-placer.ts';

/** Neither in every browser's types yet nor in every browser: there the system's choice it is. */
interface Plays {
  setSinkId?(id: string): Promise<void>;
}

/**
 * @param player what plays: a context of Web Audio or an element
 * @param deviceId null = the system's own choice
 * @throws DOMException where the device is gone
 */
export async function playOn(player: AudioContext | HTMLAudioElement, deviceId: string | null): Promise<void> {
  await (player as Plays).setSinkId?.(deviceId ?? '');
}

/** An element that plays a stream; silent it still hands the stream to a graph (research/sip §7). */
export const elementPlayer = (element: HTMLAudioElement): Player => ({
  playOn: (deviceId) => playOn(element, deviceId),
  setSilent: (silent) => (element.muted = silent),
});
