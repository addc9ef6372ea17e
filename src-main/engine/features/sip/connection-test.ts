import { createHash, randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { request as plainRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { AbortSignalLike, Clock } from '#shared/base/clock.ts';
import { disposable, type Disposable } from '#shared/base/dispose.ts';
import { AppError } from '#shared/base/errors.ts';
import type { SipTestFacts, SipTestStep } from '#shared/desk-contract/areas/sip.ts';
import { certificateProblem, issuerOf } from './certificate-problem.ts';
import { hostOf, portOf } from './sip-server.ts';

export interface StepRun {
  readonly clock: Clock;
  readonly signal: AbortSignalLike;
  readonly url: URL;
  /** What the window's own WebSocket names as its origin: servers may refuse by it. */
  readonly origin: string;
}

/** No step takes longer, ms. */
const limitMs = 5_000;

/**
 * One step on the way to a SIP server, each from the beginning: a browser says of a WebSocket only that it failed, Node says
 * where. Nothing of the account is sent. A certificate that is wrong makes its step fail; whether a window may use the server
 * all the same is the browser's to say, never this program's.
 * @throws AppError `sip.test-…`, or `cancelled`
 */
export function testStep(step: SipTestStep, run: StepRun): Promise<SipTestFacts> {
  const { host, port } = placeOf(run.url);
  switch (step) {
    case 'name':
      return limited(run, new AppError('sip.test-no-name-server', { host }), (done) => findName(host, done));
    case 'port':
      return limited(run, new AppError('sip.test-unreachable', { host, port }), (done) => openPort(host, port, done));
    case 'certificate':
      return limited(run, new AppError('sip.test-silent', { host, port }), (done) => readCertificate(run, done));
    case 'socket':
      return limited(run, new AppError('sip.test-silent', { host, port }), (done) => upgrade(run, done));
  }
}

type Done = (result: SipTestFacts | AppError) => void;

const placeOf = (url: URL): { host: string; port: number } => ({ host: hostOf(url), port: portOf(url) });

/** Until it is done, the time is over, or nobody wants to know any more; then what it has opened is closed. */
function limited(run: StepRun, late: AppError, begin: (done: Done) => Disposable): Promise<SipTestFacts> {
  return new Promise((resolve, reject) => {
    const done: Done = (result) => {
      timer.dispose();
      opened.dispose();
      if (result instanceof AppError) reject(result);
      else resolve(result);
    };
    const timer = run.clock.after(limitMs, () => done(late));
    const opened = begin(done);
    run.signal.addEventListener('abort', () => done(new AppError('cancelled')));
  });
}

/** As browsers do: by the system, its list of hosts included. */
function findName(host: string, done: Done): Disposable {
  const found = (addresses: readonly string[]): void => done({ step: 'name', addresses: [...addresses] });
  if (isIP(host) !== 0) queueMicrotask(() => found([host]));
  else
    lookup(host, { all: true }).then(
      (all) => found(all.map(({ address }) => address)),
      (error: unknown) => done(nameProblem(error, host) ?? new AppError('sip.test-name-unknown', { host })),
    );
  // A question to the system cannot be taken back; its answer is passed over.
  return disposable(() => undefined);
}

function openPort(host: string, port: number, done: Done): Disposable {
  const socket = connectPlain({ host, port });
  socket.once('connect', () =>
    done({ step: 'port', address: socket.remoteAddress ?? host, port: socket.remotePort ?? port }),
  );
  socket.once('error', (error) => done(connectProblem(error, host, port)));
  return closing(socket);
}

/** The handshake alone, to see what is wrong with it: not a byte is sent over it, whatever the certificate says. */
function readCertificate({ url, clock }: StepRun, done: Done): Disposable {
  const { host, port } = placeOf(url);
  const socket = connectSecure({ host, port, ...nameFor(host), rejectUnauthorized: false });
  socket.once('secureConnect', () => {
    const certificate = socket.getPeerCertificate();
    const verdict = socket.authorized ? null : String(socket.authorizationError);
    const problem = certificateProblem({ host, certificate, verdict, now: clock.now() });
    const facts = { issuer: issuerOf(certificate), validTo: Date.parse(certificate.valid_to) };
    done(problem ?? { step: 'certificate', ...facts });
  });
  socket.once('error', (error) => done(handshakeProblem(error, host, port)));
  socket.once('end', () => done(new AppError('sip.test-not-tls', { host, port })));
  return closing(socket);
}

/** RFC 6455 §1.3 */
const websocketGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The request that begins a WebSocket of SIP (RFC 7118 §4), and the answer to it; then it is closed. */
function upgrade({ url, origin }: StepRun, done: Done): Disposable {
  const { host, port } = placeOf(url);
  const key = randomBytes(16).toString('base64');
  const headers = {
    Host: url.host,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    Origin: origin,
    'Sec-WebSocket-Key': key,
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Protocol': 'sip',
  };
  const where = { host, port, path: url.pathname + url.search, headers, agent: false as const };
  const request: ClientRequest =
    url.protocol === 'wss:' ? secureRequest({ ...where, ...nameFor(host) }) : plainRequest(where);
  request.once('upgrade', (answer, socket) => {
    socket.destroy();
    done(upgradeProblem(answer, key, host) ?? { step: 'socket', server: String(answer.headers['server'] ?? '') });
  });
  request.once('response', (answer) => done(statusProblem(answer.statusCode ?? 0, url)));
  // Kept for what comes after it is destroyed.
  request.on('error', (error) => done(requestProblem(error, host, port)));
  request.end();
  return disposable(() => request.destroy());
}

function upgradeProblem({ headers }: IncomingMessage, key: string, host: string): AppError | null {
  const accept = createHash('sha1')
    .update(key + websocketGuid)
    .digest('base64');
  if (headers['sec-websocket-accept'] !== accept) return new AppError('sip.test-not-websocket', { host });
  return headers['sec-websocket-protocol'] === 'sip' ? null : new AppError('sip.test-not-sip', { host });
}

/** `with.` of the texts says more of the two that people meet. */
const statusProblem = (status: number, { pathname }: URL): AppError =>
  new AppError('sip.test-http-status', { status, path: pathname, missing: status === 404, forbidden: status === 403 });

/** Only names are asked for in a handshake (RFC 6066 §3). */
const nameFor = (host: string): { servername?: string } => (isIP(host) === 0 ? { servername: host } : {});

function closing(socket: Socket): Disposable {
  return disposable(() => {
    // A reset that comes after we have left is nobody's news.
    socket.on('error', () => undefined);
    socket.destroy();
  });
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '');

/** Null = the name is not what was wrong. */
function nameProblem(error: unknown, host: string): AppError | null {
  const code = codeOf(error);
  if (code === 'EAI_AGAIN') return new AppError('sip.test-no-name-server', { host }, error);
  return code === 'ENOTFOUND' || code === 'ENODATA' ? new AppError('sip.test-name-unknown', { host }, error) : null;
}

/** Null = something there has answered. */
function refusal(error: unknown, host: string, port: number): AppError | null {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') return new AppError('sip.test-port-closed', { host, port }, error);
  const unreachable = ['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ETIMEDOUT', 'EADDRNOTAVAIL', 'EACCES', 'EPERM'];
  return unreachable.includes(code) ? new AppError('sip.test-unreachable', { host, port }, error) : null;
}

const connectProblem = (error: unknown, host: string, port: number): AppError =>
  nameProblem(error, host) ?? refusal(error, host, port) ?? new AppError('sip.test-unreachable', { host, port }, error);

/** The certificate had its own step; one that is another by now is no better. */
const requestProblem = (error: unknown, host: string, port: number): AppError =>
  nameProblem(error, host) ??
  refusal(error, host, port) ??
  (/CERT|ISSUER|SIGNATURE/.test(codeOf(error))
    ? new AppError('sip.test-certificate-untrusted', { host }, error)
    : new AppError('sip.test-not-websocket', { host, port }, error));

/** What answers a greeting of TLS with something else, or by hanging up, speaks no TLS. */
function handshakeProblem(error: unknown, host: string, port: number): AppError {
  const code = codeOf(error);
  const notTls = /WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH|RECORD|^ECONNRESET$|^EPROTO$/.test(code);
  if (notTls) return new AppError('sip.test-not-tls', { host, port }, error);
  const before = nameProblem(error, host) ?? refusal(error, host, port);
  return before ?? new AppError('sip.test-handshake', { host, port, reason: code }, error);
}
