import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { every, type Clock } from '#shared/base/clock.ts';
import { contractHeader, contractVersion } from '#shared/cloud-contract/contract.ts';
import type { CloudMetrics } from './operations/index.ts';

/** How long a client may take, in ms. What the server takes is bounded by the time-outs of statements (30 s). */
export interface TimeLimits {
  /** From the first byte of a request to the end of its headers. */
  readonly headersMs: number;
  /** Nothing of a body that is not whole has come for so long. */
  readonly silenceMs: number;
  /** From a request's headers to the end of its JSON body. An upload may take as long as it moves. */
  readonly bodyMs: number;
  /** A whole request, uploads included: 200 MB at a megabit a second take 27 min. What was cut goes on where it was. */
  readonly requestMs: number;
}

export const defaultTimeLimits: TimeLimits = {
  headersMs: 15_000,
  silenceMs: 30_000,
  bodyMs: 60_000,
  requestMs: 30 * 60_000,
};

/** Options of the server by `TimeLimits` and for connections that speak no HTTP. */
export const connectionOptions = (limits: TimeLimits, metrics: CloudMetrics) => ({
  requestTimeout: limits.requestMs,
  // Of a proxy in front: it must be the one that closes, or it sends into a connection that is just being closed.
  keepAliveTimeout: 75_000,
  http: {
    headersTimeout: limits.headersMs,
    connectionsCheckingInterval: Math.min(5000, limits.headersMs / 2),
    maxHeaderSize: 16 * 1024,
  },
  clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket): void => refuseConnection(error, socket, metrics),
});

/** Fastify has no handler yet when a client says nothing that it understands: this is all of an answer. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket, metrics: CloudMetrics): void {
  const slow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  // A client keeps connections in reserve on which it has asked for nothing yet. It would take what is said on one for the
  // answer to the request that it sends at that moment; one that just ends it replaces.
  if (slow && socket.bytesRead === 0) return void socket.destroy();
  // The client went: an everyday thing.
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  metrics.connectionRefused(slow ? 'slow' : 'broken');
  const reason = slow ? 'too-slow' : 'not-http';
  const body = JSON.stringify({ error: { code: slow ? 'cloud.unreachable' : 'input.invalid', details: { reason } } });
  const head = [
    slow ? 'HTTP/1.1 503 Service Unavailable' : 'HTTP/1.1 400 Bad Request',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `${contractHeader}: ${contractVersion}`,
    ...(slow ? ['retry-after: 1'] : []),
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/**
 * Cuts requests whose body does not come: each of them holds a connection, and its place among those of its company. Cut
 * without an answer, since its sender is still speaking; a desk tries again, and an upload goes on where it was.
 */
export function limitBodies(app: FastifyInstance, clock: Clock, metrics: CloudMetrics, limits: TimeLimits): void {
  const stepMs = Math.min(5000, limits.silenceMs / 4);
  app.addHook('onRequest', async (request, reply) => {
    const { raw } = request;
    const { socket } = raw;
    // Nothing follows, or it is here already (and a request that is injected is always whole).
    if (raw.complete !== false || !hasBody(request)) return;
    const began = clock.mono();
    let movedAt = began;
    let bytes = socket.bytesRead;
    const watch = every(clock, stepMs, () => {
      if (raw.complete) return watch.dispose();
      const now = clock.mono();
      if (socket.bytesRead !== bytes) [bytes, movedAt] = [socket.bytesRead, now];
      const tooSlow = now - movedAt >= limits.silenceMs || (isJson(request) && now - began >= limits.bodyMs);
      if (!tooSlow) return;
      metrics.connectionRefused('slow');
      watch.dispose();
      socket.destroy();
    });
    reply.raw.once('close', () => watch.dispose());
  });
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
const isJson = ({ headers }: FastifyRequest): boolean => !headers['content-type']?.startsWith('application/offset+');
