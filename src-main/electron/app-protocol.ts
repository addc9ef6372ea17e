import { ReadableStream } from 'node:stream/web';
import type { MediaReply, MediaResolver } from '../host.ts';
import { parseRange } from '../shell/byte-range.ts';
import { securityHeaders } from '../shell/security-headers.ts';
import { cacheControl, type StaticFiles } from '../shell/static-files.ts';
import { isOwnUrl } from './policy.ts';

/**
 * Answers `app://desk/…` (points 7 and 18): files of the manifest and `/media/<id>?k=<key>`, with the headers of the
 * station. The key says whose sound it is, so every open desk is asked in turn.
 */
export async function answerAppRequest(
  request: Request,
  files: StaticFiles,
  media: readonly MediaResolver[],
): Promise<Response> {
  const headers = securityHeaders();
  if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405, headers });
  if (!isOwnUrl(request.url)) return new Response(null, { status: 404, headers });
  const { pathname, search } = new URL(request.url);
  if (pathname.startsWith('/media/')) {
    const reply = await openMedia(media, pathname.slice('/media/'.length) + search, request.headers.get('range'));
    const body = reply.body && request.method === 'GET' ? ReadableStream.from(reply.body) : null;
    if (reply.body && !body) await reply.body[Symbol.asyncIterator]().return?.();
    return new Response(body as ConstructorParameters<typeof Response>[0], {
      status: reply.status,
      headers: { ...reply.headers, ...headers, 'cache-control': 'no-store' },
    });
  }
  const file = files.get(pathname);
  if (!file) return new Response(null, { status: 404, headers });
  return new Response(request.method === 'HEAD' ? null : file.bytes, {
    headers: { ...headers, 'content-type': file.type, 'cache-control': cacheControl(file) },
  });
}

async function openMedia(media: readonly MediaResolver[], path: string, range: string | null): Promise<MediaReply> {
  for (const resolver of media) {
    const reply = await resolver.open(path, parseRange(range));
    if (reply.status !== 404) return reply;
  }
  return { status: 404, headers: {}, body: null };
}
