import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wavHeaderBytes } from '#engine/audio/wav.ts';

/** A stereo recording at 8 kHz: bytes of one moment of both sides, and of 20 ms. */
const momentBytes = 4;
const frameBytes = 160 * momentBytes;

/** The sound that is on disk of the newest recording, running or finished, that is not one of `known`; null = none. */
export function survivingSound(recordingsDir: string, known: ReadonlySet<string>): Buffer | null {
  const files = existsSync(recordingsDir)
    ? readdirSync(recordingsDir).filter((name) => /\.wav(\.part)?$/.test(name))
    : [];
  const fresh = files.filter((name) => !known.has(nameOf(name)));
  const newest = fresh.sort().at(-1);
  const sound = newest === undefined ? null : readFileSync(join(recordingsDir, newest)).subarray(wavHeaderBytes);
  return sound && sound.length > 0 ? sound : null;
}

/** A part has its recording's name from the start. */
const nameOf = (file: string): string => file.replace('.part', '');

export const recordingNames = (recordingsDir: string): string[] =>
  existsSync(recordingsDir) ? readdirSync(recordingsDir).map(nameOf) : [];

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
