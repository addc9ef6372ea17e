import { openerLimits } from '#shared/desk-contract/areas/media.ts';
import type { AbortSignalLike } from '#shared/base/clock.ts';

/** The four commands of an upload, so that the walk through them can be proven without a window. */
export interface UploadPort<Made> {
  begin(input: { fileName: string; bytes: number; source: 'upload' | 'recorded' }): Promise<{ uploadId: string }>;
  chunk(input: { uploadId: string; offset: number; data: string }): Promise<unknown>;
  finish(input: { uploadId: string; name: string; text: string }): Promise<Made>;
  cancel(input: { uploadId: string }): Promise<unknown>;
}

export interface UploadRequest {
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly source: 'upload' | 'recorded';
  readonly name: string;
  readonly text: string;
  /** Bytes to base64. */
  readonly encode: (bytes: Uint8Array) => string;
  /** 0…1. */
  readonly onProgress: (share: number) => void;
  readonly signal?: AbortSignalLike;
}

/**
 * Sends a sound file in chunks, one after the other. Answers null when it was cancelled. Rejects with what the engine
 * refused with; in both cases the engine is told to drop what it has.
 */
export async function uploadOpener<Made>(port: UploadPort<Made>, request: UploadRequest): Promise<Made | null> {
  const { bytes, signal } = request;
  if (signal?.aborted) return null;
  const { uploadId } = await port.begin({
    fileName: request.fileName,
    bytes: bytes.length,
    source: request.source,
  });
  try {
    for (let offset = 0; offset < bytes.length && !signal?.aborted; offset += openerLimits.chunkBytes) {
      const slice = bytes.subarray(offset, offset + openerLimits.chunkBytes);
      await port.chunk({ uploadId, offset, data: request.encode(slice) });
      request.onProgress((offset + slice.length) / bytes.length);
    }
    if (!signal?.aborted) return await port.finish({ uploadId, name: request.name, text: request.text });
  } catch (failure) {
    await cancelQuietly(port, uploadId);
    throw failure;
  }
  await cancelQuietly(port, uploadId);
  return null;
}

/** The upload is lost already; that the engine could not be told so must not hide why. It forgets idle uploads by itself. */
async function cancelQuietly(port: Pick<UploadPort<unknown>, 'cancel'>, uploadId: string): Promise<void> {
  await port.cancel({ uploadId }).catch(() => null);
}

/** What can be refused before a byte is sent, in the words of the engine's own codes. */
export function checkFile(file: { name: string; size: number }, count: number): RefusalBefore | null {
  if (count >= openerLimits.count) return 'opener.too-many';
  if (file.size === 0 || !/\.(mp3|wav)$/i.test(file.name)) return 'opener.not-audio';
  if (file.size > openerLimits.maxBytes) return 'opener.too-large';
  return null;
}
export type RefusalBefore = 'opener.too-many' | 'opener.not-audio' | 'opener.too-large';

/** A first name for a clip: the file's name without its ending, cut to what the list holds. */
export function nameFromFile(fileName: string): string {
  const bare = fileName.replace(/\.[^.]*$/, '').trim();
  return (bare === '' ? fileName.trim() : bare).slice(0, openerLimits.nameLength);
}
