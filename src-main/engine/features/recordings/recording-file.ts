import { open, rename, stat, truncate, type FileHandle } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { sampleRate, type SoundFrame } from '#shared/domain/call-channel.ts';
import { wavHeader, wavHeaderBytes } from '../../audio/wav.ts';

/** Stereo 16-bit: left customer, right agent. */
export const bytesPerSample = 4;
export const msOfBytes = (dataBytes: number): number => Math.round((dataBytes / bytesPerSample / sampleRate) * 1000);
export const bytesOfMs = (ms: number): number => Math.round((ms / 1000) * sampleRate) * bytesPerSample;

/** The file operations of a recorder, by parameter so that a full or failing disk can be tested. */
export interface RecordingFiles {
  open(path: string, flags: 'r+' | 'wx'): Promise<FileHandle>;
}
export const realFiles: RecordingFiles = { open: (path, flags) => open(path, flags, 0o600) };

export const partOf = (path: string): string => `${path}.part`;

export interface SealedFile {
  readonly bytes: number;
  readonly durationMs: number;
  readonly sha256: string;
}

/**
 * Turns `path.part` into a finished WAV at `path`: half samples at the end are cut, sizes are written into the header,
 * everything is on disk before the name changes, so that a file without `.part` is always whole.
 * @returns null when the part holds no sound at all (it is left alone)
 */
export async function sealFile(path: string): Promise<SealedFile | null> {
  const part = partOf(path);
  const found = await stat(part).catch(() => null);
  // Killed between the rename and whatever came after it: the file is whole and only has to be measured.
  if (!found) return measure(path);
  const samples = Math.floor((found.size - wavHeaderBytes) / bytesPerSample);
  if (samples <= 0) return null;
  const dataBytes = samples * bytesPerSample;
  await truncate(part, wavHeaderBytes + dataBytes);
  const file = await open(part, 'r+');
  try {
    await file.write(wavHeader(sampleRate, 2, dataBytes), 0, wavHeaderBytes, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, path);
  await syncFolder(dirname(path));
  return measure(path);
}

async function measure(path: string): Promise<SealedFile> {
  const { size } = await stat(path);
  return { bytes: size, durationMs: msOfBytes(size - wavHeaderBytes), sha256: await sha256Of(path) };
}

/** A rename is only durable when its folder is (Windows cannot open folders, and needs it not). */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/**
 * Both sides of a recording (finished or `.part`) in pieces of a second or two, for peaks that have to be made again
 * after a crash: an hour is 115 MB, which must neither fill the memory nor hold up a call that runs meanwhile.
 */
export async function* readSides(path: string): AsyncGenerator<SoundFrame> {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { start: wavHeaderBytes })) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    const samples = Math.floor(bytes.length / bytesPerSample);
    rest = bytes.subarray(samples * bytesPerSample);
    const customer = new Int16Array(samples);
    const agent = new Int16Array(samples);
    for (let i = 0; i < samples; i += 1) {
      customer[i] = bytes.readInt16LE(i * bytesPerSample);
      agent[i] = bytes.readInt16LE(i * bytesPerSample + 2);
    }
    yield { customer, agent };
  }
}
