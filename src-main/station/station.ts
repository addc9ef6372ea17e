import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Clock } from '#shared/base/clock.ts';
import { describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { Desk } from '../host.ts';
import { securityHeaders } from '../shell/security-headers.ts';
import { readStaticFiles, type StaticFiles } from '../shell/static-files.ts';
import { createDoor } from './desk-socket.ts';
import { answer, type AnswerParts } from './http-answer.ts';
import { gateRequest, gateUpgrade, type GateRules } from './request-gate.ts';
import { Sessions } from './sessions.ts';

export interface StationOptions {
  readonly desk: Desk;
  /** A built renderer (dist/renderer). Null only with `devOrigin`: the dev server has the files. */
  readonly rendererDir: string | null;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default: any free one. */
  readonly port?: number;
  /** Development: one more exact origin (`http://127.0.0.1:5173`) that serves the pages itself. */
  readonly devOrigin?: string;
}

export interface Station {
  /** First launch address, one-time token included. */
  readonly url: string;
  readonly port: number;
  /** A fresh address for another window; works once, within 60 s. */
  newLaunchUrl(): string;
  close(): Promise<void>;
}

const address = '127.0.0.1';
const maxFrameBytes = 1024 * 1024;
/** Node looks for connections that say nothing, or a byte a minute, every 30 s unless told otherwise. */
const patience = {
  maxHeaderSize: 8192,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
};

/**
 * Serves the UI and the desk contract to browsers of this machine (rules: docs/architecture.md "Security"). Other
 * programs of the same user can read this process's memory and files anyway; they are not what this guards against.
 * Rejects when the port is taken or the renderer is not built.
 */
export async function startStation(options: StationOptions): Promise<Station> {
  const { desk, clock, logger, devOrigin } = options;
  const files: StaticFiles = options.rendererDir === null ? new Map() : await readStaticFiles(options.rendererDir);
  const server = createServer(patience);
  server.maxConnections = 256;
  const port = await listen(server, options.port ?? 0);
  const origin = `http://${address}:${port}`;
  const rules: GateRules = { host: `${address}:${port}`, origins: devOrigin ? [origin, devOrigin] : [origin] };
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxFrameBytes, perMessageDeflate: false });
  const sessions = new Sessions(clock);
  const door = createDoor({ desk, sessions, clock, logger });
  const parts: AnswerParts = { files, media: desk.media, headers: securityHeaders() };

  server.on('request', (request, response) => onRequest(request, response, rules, parts, logger));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const refusal = gateUpgrade(request, rules);
    if (refusal) return refuseSocket(socket, refusal.status);
    sockets.handleUpgrade(request, socket, head, door);
  });
  server.on('clientError', refuseBrokenRequest);
  sockets.on('wsClientError', (_error, socket) => refuseSocket(socket, 400));

  const newLaunchUrl = (): string =>
    devOrigin ? `${devOrigin}/#t=${sessions.newToken()}&p=${port}` : `${origin}/#t=${sessions.newToken()}`;
  return { url: newLaunchUrl(), port, newLaunchUrl, close: () => close(server, sockets) };
}

function onRequest(
  request: IncomingMessage,
  response: ServerResponse,
  rules: GateRules,
  parts: AnswerParts,
  logger: Logger,
): void {
  // A window that leaves in the middle of an answer is an everyday thing.
  response.on('error', () => response.destroy());
  const refusal = gateRequest(request, rules);
  if (refusal) {
    response.writeHead(refusal.status, { 'content-length': 0, connection: 'close' }).end();
    return;
  }
  answer(request, response, parts).catch((thrown: unknown) => {
    logger.log('error', 'station.request-failed', { error: describeError(thrown) });
    if (!response.headersSent) response.writeHead(500, { 'content-length': 0 }).end();
    else response.destroy();
  });
}

/** No body and no words: whoever speaks broken HTTP is no browser of ours. */
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  const tookTooLong = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  // A browser keeps connections in reserve on which it has asked for nothing yet. It would take what is said on one for
  // the answer to the request that it sends at that moment; one that just ends it replaces.
  if (tookTooLong && (socket as Socket).bytesRead === 0) return void socket.destroy();
  refuseSocket(socket, tookTooLong ? 408 : 400);
}

function refuseSocket(socket: Duplex, status: number): void {
  if (!socket.writable) return void socket.destroy();
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      const bound = server.address() as AddressInfo;
      if (bound.address === address) return resolve(bound.port);
      server.close();
      reject(new Error(`bound to ${bound.address}, not to ${address}`));
    });
  });
}

function close(server: Server, sockets: WebSocketServer): Promise<void> {
  return new Promise((resolve) => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
