import { createHash } from 'node:crypto';
import { sampleRate } from '#shared/domain/call-channel.ts';
import { wavHeader } from '../../audio/wav.ts';
import { littleEndian } from './pcm-frame.ts';

/** An opener as a file that a phone can keep. */
export interface ClipFile {
  /** Of the sound itself: the same opener is the same file in every phone, after every restart. */
  readonly hash: string;
  readonly bytes: Uint8Array;
  readonly lengthMs: number;
}

const made = new WeakMap<Int16Array, ClipFile>();

/** @param clip 16-bit mono at 8 kHz; must not change afterwards */
export function clipFileOf(clip: Int16Array): ClipFile {
  const known = made.get(clip);
  if (known) return known;
  const bytes = Buffer.concat([wavHeader(sampleRate, 1, clip.byteLength), littleEndian(clip)]);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  const file = { hash, bytes, lengthMs: Math.round((clip.length / sampleRate) * 1000) };
  made.set(clip, file);
  return file;
}

const ours = /(?:^|[:/])(jh-([0-9a-z]{1,9})-([0-9a-f]{12})\.wav)$/;

/** `jh-<time in base 36>-<hash>.wav`: the time is what "the oldest" goes by, since phones tell no dates. */
export const clipName = ({ hash }: ClipFile, wall: number): string =>
  `jh-${Math.floor(wall / 1000).toString(36)}-${hash}.wav`;

/** A file in a phone that we have put there. */
export interface StoredClip {
  readonly name: string;
  readonly hash: string;
  readonly size: number;
  /** Seconds since 1970. */
  readonly storedAt: number;
}

/** @returns null for a file that is not ours: whatever else lies in the phone is nobody's business here */
export function storedClip(path: string, size: number): StoredClip | null {
  const [, name, time, hash] = ours.exec(path) ?? [];
  return name && time && hash ? { name, hash, size, storedAt: parseInt(time, 36) } : null;
}

/** All 16-bit words XORed, high byte first, an odd last byte as a high byte; four hex digits (Quectel FILE manual). */
export function xor16(bytes: Uint8Array): string {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 1) sum ^= at % 2 === 0 ? (bytes[at] ?? 0) << 8 : (bytes[at] ?? 0);
  return sum.toString(16).padStart(4, '0');
}
