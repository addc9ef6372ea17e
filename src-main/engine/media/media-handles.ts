import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { timingSafeEqual } from 'node:crypto';
import type { ByteRange, MediaReply, MediaResolver } from '#main/host.ts';

interface Handle {
  readonly key: Buffer;
  readonly file: string;
  readonly type: string;
}

const notFound: MediaReply = { status: 404, headers: {}, body: null };
/** Enough for every clip and recording that a person opens in a day; the oldest address dies first. */
const maxHandles = 500;

/**
 * Addresses for <audio>: random id and random key, both needed, so that knowing that a recording exists gives nothing.
 * They live as long as the session that asked (`clear` at sign-out).
 */
export class MediaHandles implements MediaResolver {
  private readonly handles = new Map<string, Handle>();
  private readonly random: (length: number) => Uint8Array;

  constructor(random: (length: number) => Uint8Array) {
    this.random = random;
  }

  /** @returns an address relative to the window's own origin. */
  issue(file: string, type: string): string {
    const id = Buffer.from(this.random(16)).toString('hex');
    const key = Buffer.from(this.random(32)).toString('hex');
    this.handles.set(id, { key: Buffer.from(key), file, type });
    for (const oldest of this.handles.keys()) {
      if (this.handles.size <= maxHandles) break;
      this.handles.delete(oldest);
    }
    return `/media/${id}?k=${key}`;
  }

  clear(): void {
    this.handles.clear();
  }

  /** @param path what follows `/media/`, query included. Never rejects for a bad path. */
  async open(path: string, range?: ByteRange): Promise<MediaReply> {
    const handle = this.find(path);
    if (!handle) return notFound;
    const size = await stat(handle.file).then(
      (found) => found.size,
      () => null, // The file was removed behind our back: for the window it is simply not there.
    );
    if (size === null) return notFound;
    return answer(handle, size, range);
  }

  private find(path: string): Handle | undefined {
    const match = /^([0-9a-f]{32})\?k=([0-9a-f]{64})$/.exec(path);
    const handle = match?.[1] === undefined ? undefined : this.handles.get(match[1]);
    const given = Buffer.from(match?.[2] ?? '');
    return handle && given.length === handle.key.length && timingSafeEqual(given, handle.key) ? handle : undefined;
  }
}

function answer({ file, type }: Handle, size: number, range?: ByteRange): MediaReply {
  const headers = { 'content-type': type, 'accept-ranges': 'bytes' };
  if (!range) return { status: 200, headers: { ...headers, 'content-length': String(size) }, body: readBytes(file) };
  const start = range.start ?? Math.max(0, size - (range.end ?? 0));
  const end = range.start === undefined ? size - 1 : Math.min(size - 1, range.end ?? size - 1);
  if (start >= size || start > end) return { status: 416, headers: { 'content-range': `bytes */${size}` }, body: null };
  return {
    status: 206,
    headers: {
      ...headers,
      'content-length': String(end - start + 1),
      'content-range': `bytes ${start}-${end}/${size}`,
    },
    body: readBytes(file, { start, end }),
  };
}

/** Opens the file when the first byte is asked for: a stream that nobody reads must not fail behind everybody's back. */
async function* readBytes(file: string, range: { start?: number; end?: number } = {}): AsyncGenerator<Uint8Array> {
  yield* createReadStream(file, range) as AsyncIterable<Uint8Array>;
}
