import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { MediaResolver } from '../host.ts';
import { parseRange } from '../shell/byte-range.ts';
import { cacheControl, type StaticFiles } from '../shell/static-files.ts';

export interface AnswerParts {
  readonly files: StaticFiles;
  readonly media: MediaResolver;
  readonly headers: Readonly<Record<string, string>>;
}

const mediaPrefix = '/media/';

/** Answers a request that the gate let in: a file of the manifest, or sound by its address. Nothing else exists. */
export async function answer(request: IncomingMessage, response: ServerResponse, parts: AnswerParts): Promise<void> {
  const url = request.url ?? '';
  if (url.startsWith(mediaPrefix)) return sendMedia(request, response, parts, url.slice(mediaPrefix.length));
  const file = parts.files.get(url.split('?', 1)[0] ?? '');
  if (!file) return void response.writeHead(404, { ...parts.headers, 'content-length': 0 }).end();
  const headers = { ...parts.headers, 'cache-control': cacheControl(file), etag: file.etag };
  if (request.headers['if-none-match'] === file.etag) return void response.writeHead(304, headers).end();
  response.writeHead(200, { ...headers, 'content-type': file.type, 'content-length': file.bytes.length });
  response.end(request.method === 'HEAD' ? undefined : file.bytes);
}

async function sendMedia(
  request: IncomingMessage,
  response: ServerResponse,
  { media, headers }: AnswerParts,
  path: string,
): Promise<void> {
  const reply = await media.open(path, parseRange(request.headers.range));
  response.writeHead(reply.status, {
    ...(reply.body ? {} : { 'content-length': '0' }),
    ...reply.headers,
    ...headers,
    'cache-control': 'no-store',
  });
  if (!reply.body || request.method === 'HEAD') {
    await reply.body?.[Symbol.asyncIterator]().return?.();
    response.end();
    return;
  }
  try {
    await pipeline(Readable.from(reply.body, { objectMode: false }), response);
  } catch (thrown) {
    // <audio> breaks off whenever it seeks; only a failure of the source itself is news.
    if (!response.destroyed || !isEarlyClose(thrown)) throw thrown;
  }
}

const isEarlyClose = (thrown: unknown): boolean =>
  thrown instanceof Error &&
  'code' in thrown &&
  ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'].includes(String(thrown.code));
