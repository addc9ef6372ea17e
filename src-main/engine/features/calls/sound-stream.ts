import type { CallSound, SoundFrame } from '#shared/domain/call-channel.ts';
import { frameMs, frameSamples } from '#shared/domain/call-channel.ts';
import type { Disposable } from '#shared/base/dispose.ts';

/** 100 ms: long enough to be cheap, short enough to be a conversation. */
const framesPerBatch = 5;

export interface SoundBatch {
  /** ms from the answer. */
  readonly atMs: number;
  readonly customer: string;
  readonly agent: string;
}

/** Bundles frames of a call for a window. @param fromMs ms from the answer to the first frame */
export function batchSound(sound: CallSound, fromMs: number, send: (batch: SoundBatch) => void): Disposable {
  let frames: SoundFrame[] = [];
  let atMs = fromMs;
  return sound.onFrame((frame) => {
    frames.push(frame);
    if (frames.length < framesPerBatch) return;
    const batch = frames;
    frames = [];
    send({
      atMs,
      customer: encodePcm(batch.map((one) => one.customer)),
      agent: encodePcm(batch.map((one) => one.agent)),
    });
    atMs += batch.length * frameMs;
  });
}

/** 16-bit little-endian, whatever the machine's own order is. */
export function encodePcm(parts: readonly Int16Array[]): string {
  const bytes = Buffer.alloc(parts.length * frameSamples * 2);
  parts.forEach((part, index) => {
    part.subarray(0, frameSamples).forEach((sample, at) => bytes.writeInt16LE(sample, (index * frameSamples + at) * 2));
  });
  return bytes.toString('base64');
}
