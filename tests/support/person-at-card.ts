import { every } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { frameSamples } from '#shared/domain/call-channel.ts';
import { systemClock } from '#engine/index.ts';
import { createPort } from '#simulator/phone/sim-port.ts';
import type { SoundServer } from './sound-server.ts';
import { tone } from './tone-power.ts';

/** Somebody at a sound card: says one tone into its microphone, or nothing, and has ears at its output. */
export interface PersonAtCard extends Disposable {
  /** The last one to two seconds of what came out. */
  heard(): Int16Array;
  /** What came out before is forgotten. */
  listenAnew(): void;
  /** After the card was plugged in again, or PulseAudio has moved what is said there to another one. */
  sitDown(): void;
}

const bytesPerSecond = 16_000;

/** In bursts, since a steady tone is what a browser's noise suppression takes away. @param hz 0 = says nothing */
export function sitAt(server: SoundServer, card: number, hz: number): PersonAtCard {
  const voice = tone(hz, 3, 12_000).map((sample, n) => (n % 2_400 < 1_600 ? sample : 0));
  const startedAt = systemClock.mono();
  let frame = 0;
  let ears = Buffer.alloc(0);
  const port = createPort(`person at ${card}`, (bytes) => {
    // Pieces end in the middle of a sample too: the cut is made by whole seconds, never by pieces.
    ears = Buffer.concat([ears, bytes]);
    if (ears.length > 2 * bytesPerSecond) ears = ears.subarray(bytesPerSecond);
  });
  const sitDown = (): void => {
    // What was heard before may have ended in the middle of a sample.
    ears = Buffer.alloc(0);
    server.join(card, port);
  };
  sitDown();
  const speaking = every(systemClock, 10, () => {
    for (; frame * 20 < systemClock.mono() - startedAt; frame += 1) {
      const at = (frame * frameSamples) % voice.length;
      port.emit(Uint8Array.from(Buffer.from(voice.slice(at, at + frameSamples).buffer)));
    }
  });
  return {
    heard: () => new Int16Array(Uint8Array.from(ears).buffer, 0, ears.length >> 1),
    listenAnew: () => (ears = Buffer.alloc(0)),
    sitDown,
    dispose: () => speaking.dispose(),
  };
}
