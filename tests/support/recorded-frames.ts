import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wavHeaderBytes } from '#engine/audio/wav.ts';

/** A stereo recording at 8 kHz: bytes of one moment of both sides, and of 20 ms. */
const momentBytes = 4;
const frameBytes = 160 * momentBytes;

/** The sound that is on disk of the recording that runs or ran last; null = none was running. */
export function survivingSound(recordingsDir: string): Buffer | null {
  const parts = existsSync(recordingsDir) ? readdirSync(recordingsDir).filter((name) => name.endsWith('.part')) : [];
  const [part] = parts;
  return part === undefined ? null : readFileSync(join(recordingsDir, part)).subarray(wavHeaderBytes);
}

/** Whether a finished recording begins with just what survived (a torn last sample is cut). */
export function keepsAll(path: string, survived: Buffer): boolean {
  const whole = survived.length - (survived.length % momentBytes);
  const kept = readFileSync(path).subarray(wavHeaderBytes, wavHeaderBytes + whole);
  return kept.equals(survived.subarray(0, whole));
}

/**
 * Which of the far side's first `frames` counting frames (pty-phone.ts) are not in this sound: at its beginning, in the
 * middle, and at the end.
 */
export function missingFrames(sound: Buffer, frames: number): { first: number; inside: number; last: number } {
  const heard = new Set<number>();
  for (let at = 0; at + momentBytes <= sound.length; at += frameBytes / 4) heard.add(sound.readInt16LE(at));
  const known = [...heard].filter((value) => value >= 1 && value <= frames).sort((a, b) => a - b);
  const from = known[0];
  const to = known.at(-1);
  if (from === undefined || to === undefined) return { first: 0, inside: 0, last: frames };
  return { first: from - 1, inside: to - from + 1 - known.length, last: frames - to };
}
