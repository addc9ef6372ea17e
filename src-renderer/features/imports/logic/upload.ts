import type { AbortSignalLike } from '#shared/base/clock.ts';
import { importBounds } from '#shared/domain/lead-import.ts';
import { importChunkBytes } from '#shared/desk-contract/areas/imports.ts';

/** The two commands of an upload, so that the walk through them can be proven without a window. */
export interface ImportPort {
  begin(input: { fileName: string; bytes: number }): Promise<{ id: string }>;
  chunk(input: { id: string; offset: number; data: string }): Promise<unknown>;
}

/** What is read of a file, a piece at a time: a whole one would stand in the window's memory twice. */
export interface FileLike {
  readonly name: string;
  readonly size: number;
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/**
 * Hands a file to the engine, piece by piece. @returns its id; null = it was given up. Rejects with what the engine refused with.
 * @param onProgress 0…1
 */
export async function uploadSheet(
  port: ImportPort,
  file: FileLike,
  {
    encode,
    onProgress,
    signal,
  }: {
    readonly encode: (bytes: Uint8Array) => string;
    readonly onProgress: (share: number) => void;
    readonly signal: AbortSignalLike;
  },
): Promise<string | null> {
  const { id } = await port.begin({ fileName: file.name, bytes: file.size });
  for (let offset = 0; offset < file.size; offset += importChunkBytes) {
    const piece = await file.slice(offset, offset + importChunkBytes).arrayBuffer();
    if (signal.aborted) return null;
    await port.chunk({ id, offset, data: encode(new Uint8Array(piece)) });
    onProgress(Math.min(1, (offset + importChunkBytes) / file.size));
  }
  return signal.aborted ? null : id;
}

/** What can be refused before a byte is read, in the words of the engine's own codes. */
export function refusedBefore({
  name,
  size,
}: Pick<FileLike, 'name' | 'size'>):
  | 'import.old-excel'
  | 'import.not-a-sheet'
  | 'import.empty'
  | 'import.too-large'
  | null {
  if (/\.xls$/i.test(name)) return 'import.old-excel';
  if (!/\.(xlsx|csv|txt|tsv)$/i.test(name)) return 'import.not-a-sheet';
  if (size === 0) return 'import.empty';
  return size > importBounds.bytes ? 'import.too-large' : null;
}
