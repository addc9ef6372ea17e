import type { Clock } from '#shared/base/clock.ts';
import { DisposeBag } from '#shared/base/dispose.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { frameSamples, sampleRate } from '#shared/domain/call-channel.ts';
import { ClipPlayer } from './clip-player.ts';
import { pcmOf } from '../profiles/profile.ts';
import type { LiveModem } from './live-modem.ts';
import { PcmReader } from '../../audio/pcm-reader.ts';

const toneHz = 1000;
const toneMs = 600;
const toneLevel = 8000;
/** From the first frame out to the last moment in which it may come back. */
const listenMs = 1500;
/** A window and its browser need about half a second to open a card. */
const openWithinMs = 3_000;
/** How much of a frame's energy must be the tone itself; a voice or a hum stays far below. */
const toneShare = 0.5;
/** Mean square below which a frame is silence, −50 dBFS. */
const silentPower = 10_000;

/**
 * Sends a tone to the phone's sound port, lets the phone give it back, and measures how long that took, both ways
 * together. @returns null where the make has no such loop, else ms, and the sound card where the phone is one.
 * Rejects with `phone.no-sound` (sound port not connected), `phone.sound-silent` (nothing came back), or the modem's error.
 */
export async function testSoundLoop(
  { session, identity, pcm }: LiveModem,
  clock: Clock,
  logger: Logger,
): Promise<{ readonly delayMs: number; readonly card: string | null } | null> {
  const { sound, soundLoop } = identity.profile;
  if (!sound || !soundLoop) return null;
  if (!pcm) throw new AppError('phone.no-sound');
  const card = sound.kind === 'usb-audio';
  await session.send({ text: soundLoop.on, priority: 'audio' });
  // Who listens keeps the card open: without a break from here to the end.
  const listening = pcm.onData(() => undefined);
  try {
    if (card) await flowing(pcm, clock);
    const { downlink } = pcmOf(sound);
    // A card gives back what came in, beside what it was given.
    const side = downlink === 'mono-far' || card ? 'customer' : 'agent';
    const delayMs = await listenForTone(pcm, downlink, side, clock);
    if (delayMs === null) throw new AppError('phone.sound-silent');
    return { delayMs, card: card ? pcm.name : null };
  } finally {
    listening.dispose();
    await session
      .send({ text: soundLoop.off, priority: 'audio' })
      .catch((error: unknown) => logger.log('warn', 'sound-loop-left-on', { reason: describeError(error) }));
  }
}

/** The window opens its card first; a tone that is sent meanwhile is not heard. */
function flowing(pcm: NonNullable<LiveModem['pcm']>, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const bag = new DisposeBag();
    const settle = (): void => {
      bag.dispose();
      resolve();
    };
    bag.add(pcm.onData(settle));
    bag.add(clock.after(openWithinMs, settle));
  });
}

function listenForTone(
  pcm: NonNullable<LiveModem['pcm']>,
  downlink: 'mono-far' | 'stereo-far-near',
  side: 'customer' | 'agent',
  clock: Clock,
): Promise<number | null> {
  return new Promise((resolve) => {
    const bag = new DisposeBag();
    const startedAt = clock.mono();
    const settle = (delayMs: number | null): void => {
      bag.dispose();
      resolve(delayMs);
    };
    const reader = bag.add(
      new PcmReader(clock, downlink, (frame) => {
        if (hasTone(frame[side])) settle(Math.round(clock.mono() - startedAt));
      }),
    );
    bag.add(pcm.onData((bytes) => reader.push(bytes)));
    bag.add(pcm.onLost(() => settle(null)));
    bag.add(clock.after(listenMs, () => settle(null)));
    const write = (bytes: Uint8Array): Promise<void> => pcm.write(bytes);
    const player = new ClipPlayer(tone(), { clock, write, sent: () => undefined, ended: () => undefined });
    bag.add({ dispose: () => player.stop() });
  });
}

const tone = (): Int16Array =>
  Int16Array.from({ length: (toneMs * sampleRate) / 1000 }, (_, n) =>
    Math.round(toneLevel * Math.sin((2 * Math.PI * toneHz * n) / sampleRate)),
  );

/** The share of one frequency in a frame's energy, by correlation with its sine and cosine. */
function hasTone(frame: Int16Array): boolean {
  let [sine, cosine, power] = [0, 0, 0];
  frame.forEach((sample, n) => {
    const angle = (2 * Math.PI * toneHz * n) / sampleRate;
    sine += sample * Math.sin(angle);
    cosine += sample * Math.cos(angle);
    power += sample * sample;
  });
  if (power / frameSamples < silentPower) return false;
  return (2 * (sine * sine + cosine * cosine)) / frameSamples / power > toneShare;
}
