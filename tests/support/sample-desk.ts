import type { Desk, MediaReply } from '#main/host.ts';
import type { ByteRange } from '#main/host.ts';

/** A desk that notes who was let in and has one sound, `/media/tone?k=key`, of the bytes 0…999. */
export class SampleDesk implements Desk {
  readonly peers: string[] = [];
  disposed = 0;
  readonly sound = Uint8Array.from({ length: 1_000 }, (_, at) => at % 251);
  readonly asked: string[] = [];

  readonly media = {
    open: (path: string, range?: ByteRange): Promise<MediaReply> => {
      this.asked.push(path);
      if (path !== 'tone?k=key') return Promise.resolve({ status: 404, headers: {}, body: null });
      const size = this.sound.length;
      const start = range?.start ?? (range?.end === undefined ? 0 : Math.max(0, size - range.end));
      const end = range?.start === undefined ? size - 1 : Math.min(range.end ?? size - 1, size - 1);
      if (start >= size)
        return Promise.resolve({ status: 416, headers: { 'content-range': `bytes */${size}` }, body: null });
      const bytes = this.sound.slice(start, end + 1);
      const headers = { 'content-type': 'audio/wav', 'content-length': String(bytes.length), 'accept-ranges': 'bytes' };
      if (!range) return Promise.resolve({ status: 200, headers, body: chunks(bytes) });
      return Promise.resolve({
        status: 206,
        headers: { ...headers, 'content-range': `bytes ${start}-${end}/${size}` },
        body: chunks(bytes),
      });
    },
  };

  serve: Desk['serve'] = (_port, peer) => {
    this.peers.push(`${peer.kind} ${peer.id}`);
    return { dispose: () => undefined };
  };

  dispose(): Promise<void> {
    this.disposed += 1;
    return Promise.resolve();
  }
}

async function* chunks(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 300) yield await Promise.resolve(bytes.subarray(at, at + 300));
}
