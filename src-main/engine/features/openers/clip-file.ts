import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { AppError } from '#shared/base/errors.ts';
import { sampleRate } from '#shared/domain/call-channel.ts';
import { wavHeader, wavHeaderBytes } from '../../audio/wav.ts';

/** A clip as the file that it is kept and sent as. */
export const clipAsFile = (clip: Int16Array): Buffer =>
  Buffer.concat([wavHeader(sampleRate, 1, clip.byteLength), new Uint8Array(clip.buffer, clip.byteOffset, clip.byteLength)]);

/** The sound in such a file. */
export function clipIn(file: Uint8Array): Int16Array {
  const body = Uint8Array.from(file.subarray(wavHeaderBytes));
  return new Int16Array(body.buffer, 0, body.length >> 1);
}

/** SHA-256, hex. */
export const hashOf = (file: Uint8Array): string => createHash('sha256').update(file).digest('hex');

/** Whole and on the disk when it resolves, or not there at all. @throws AppError `disk.full` */
export async function writeClipFile(path: string, content: Uint8Array): Promise<void> {
  const part = `${path}.part`;
  try {
    const file = await open(part, 'w', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw new AppError('disk.full', {}, error);
  }
}
