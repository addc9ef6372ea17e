import { Readable } from 'node:stream';
import type { Axios, AxiosResponse } from 'axios';
import type { AbortSignalLike, Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { AppError, isErrorCode } from '#shared/base/errors.ts';
import { contractHeader, contractVersion, errorBody, type RouteSpec } from '#shared/cloud-contract/contract.ts';
import type { SentParts } from './ports.ts';

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly params?: { readonly [name: string]: string };
  readonly query?: object;
  /** JSON, or a stream for routes that take bytes. */
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
  readonly signal?: AbortSignalLike | undefined;
  /** JSON as its bytes, in the parts in which they came: somebody else reads it. */
  readonly asSent?: boolean;
  /** Called with the bytes sent so far, for streams. */
  readonly onSent?: (bytes: number) => void;
}

export interface WireReply {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  /** Parsed JSON, a `SentParts` where it was asked for as sent, or a Readable for routes that answer with bytes or events. */
  readonly data: unknown;
}

/** Nothing heard for so long: the connection is dead. Counted anew with every byte of a stream. */
const silenceMs = 20_000;
/** What fits into the buffers of a connection has been sent before anything could be said of it. */
const longBytes = 64 * 1024;
const largestError = 64 * 1024;

/**
 * Plain HTTP under the typed client: one request, one reply or one AppError. Knows no sign-in.
 * Errors: `cancelled`, `cloud.unreachable { reason }`, `cloud.refused { status }`, or the code of the cloud's refusal.
 */
export class CloudTransport {
  private http: Promise<Axios> | undefined;
  private readonly baseUrl: string;
  private readonly clock: Clock;
  private readonly underWay = new Set<Watch>();

  constructor(baseUrl: string, clock: Clock) {
    this.baseUrl = baseUrl;
    this.clock = clock;
  }

  /** Everything that has not been answered yet ends as `cloud.unreachable { reason: silence }`, and would have, in 20 s. */
  cut(): void {
    for (const watch of this.underWay) watch.giveUp();
  }

  async send(route: RouteSpec, request: WireRequest): Promise<WireReply> {
    const watch = new Watch(this.clock, request.signal);
    this.underWay.add(watch);
    try {
      const http = await (this.http ??= openHttp(this.baseUrl));
      const data = toBytes(request.body);
      const onUploadProgress = ({ loaded }: { readonly loaded: number }): void => {
        watch.touch();
        request.onSent?.(loaded);
      };
      const reply = await http.request<unknown>({
        method: route.method,
        url: fillPath(route.path, request.params ?? {}),
        params: request.query,
        data,
        // Without a body no content type either: axios would call it a form, which the cloud does not read.
        headers: { 'content-type': data === undefined ? false : 'application/json', ...request.headers },
        signal: watch.signal,
        responseType: isStream(route) || request.asSent ? 'stream' : 'text',
        ...(isLong(data) ? { onUploadProgress } : {}),
      });
      const read = await readReply(route, reply);
      return request.asSent ? { ...read, data: await partsOf(read.data as Readable, watch) } : read;
    } catch (error) {
      throw watch.translate(error);
    } finally {
      watch.dispose();
      this.underWay.delete(watch);
    }
  }
}

/** JSON is written here: axios would read it once more. */
const toBytes = (body: unknown): Readable | Buffer | undefined =>
  body === undefined || body instanceof Readable || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));

/** Its progress is worth following: of a body that is gone in one go that costs more than sending it. */
const isLong = (data: Readable | Buffer | undefined): boolean =>
  data instanceof Readable || (data?.length ?? 0) > longBytes;

const isStream = ({ reply }: RouteSpec): boolean => reply === 'bytes' || reply === 'events';

/**
 * Loaded with the first request: with it comes Node's `fetch`, and no desk should wait for that before it can dial. Without
 * axios's defaults, whose merging is a good part of a small request: JSON is read and written here.
 */
async function openHttp(baseURL: string): Promise<Axios> {
  const { Axios } = await import('axios');
  return new Axios({
    baseURL,
    adapter: 'http',
    // Proxies of the environment would see tokens and recordings; a redirect would carry them elsewhere.
    proxy: false,
    maxRedirects: 0,
    maxBodyLength: Infinity,
    // None. Any other number, Infinity too, puts a stream into another one, which passes on its end and no destroy().
    maxContentLength: -1,
    validateStatus: () => true,
    headers: { [contractHeader]: String(contractVersion) },
  });
}

/** A real AbortSignal lets go of listeners; without that a long-lived signal would collect one per request. */
type Outer = AbortSignalLike & { removeEventListener?(type: 'abort', listener: () => void): void };

/** Ends a request that has gone silent, or that the caller gave up. */
class Watch implements Disposable {
  private readonly abort = new AbortController();
  private readonly clock: Clock;
  private readonly outer: Outer | undefined;
  private readonly onOuter = (): void => this.abort.abort();
  private timer: Disposable | undefined;
  private timedOut = false;

  constructor(clock: Clock, outer: Outer | undefined) {
    this.clock = clock;
    this.outer = outer;
    if (outer?.aborted) this.abort.abort();
    outer?.addEventListener('abort', this.onOuter);
    this.touch();
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  touch(): void {
    this.timer?.dispose();
    this.timer = this.clock.after(silenceMs, () => this.giveUp());
  }

  giveUp(): void {
    this.timedOut = true;
    this.abort.abort();
  }

  translate(error: unknown): AppError {
    if (error instanceof AppError) return error;
    if (this.outer?.aborted) return new AppError('cancelled', {}, error);
    // Axios's, or the system's.
    const { code } = error as NodeJS.ErrnoException;
    return new AppError('cloud.unreachable', { reason: this.timedOut ? 'silence' : (code ?? 'unknown') }, error);
  }

  dispose(): void {
    this.timer?.dispose();
    this.outer?.removeEventListener?.('abort', this.onOuter);
  }
}

/** One beside the other would be all of them twice, in the memory of a loop that hands them on. */
async function partsOf(stream: Readable, watch: Watch): Promise<SentParts> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const part of stream as AsyncIterable<Buffer<ArrayBuffer>>) {
    watch.touch();
    // It goes to another thread with all that lies beside it: a short one may share its memory with others.
    parts.push(part.byteLength === part.buffer.byteLength ? part : new Uint8Array(part));
  }
  return parts;
}

function fillPath(path: string, params: { readonly [name: string]: string }): string {
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

async function readReply(route: RouteSpec, reply: AxiosResponse<unknown>): Promise<WireReply> {
  const headers = Object.fromEntries(Object.entries(reply.headers).map(([name, value]) => [name, String(value)]));
  // Someone between us and the cloud answered (captive portal, proxy, router), or another program has the port.
  const spoken = headers[contractHeader];
  const fine = reply.status >= 200 && reply.status < 300;
  const rangeRefused = reply.status === 416 && route.reply === 'bytes';
  if (spoken === undefined) {
    discard(reply.data);
    throw new AppError('cloud.unreachable', { reason: 'not-the-cloud', status: reply.status });
  }
  if (fine || rangeRefused) return { status: reply.status, headers, data: readBody(reply.data) };
  throw await refusal(reply);
}

function discard(data: unknown): void {
  if (data instanceof Readable) data.destroy();
}

/** The cloud's own code when it gives one that we know, else `cloud.refused`. */
async function refusal(reply: AxiosResponse<unknown>): Promise<AppError> {
  const parsed = errorBody.safeParse(
    reply.data instanceof Readable ? await readJson(reply.data) : readBody(reply.data),
  );
  const wait = retryAfter(reply.headers['retry-after']);
  if (parsed.success && isErrorCode(parsed.data.error.code))
    return new AppError(parsed.data.error.code, { ...wait, ...parsed.data.error.details });
  // A HEAD has no body: the status must do.
  if (reply.status === 401) return new AppError('auth.expired');
  if (reply.status === 404) return new AppError('not-found');
  if (reply.status === 429) return new AppError('rate.limited', wait);
  if (!reply.data && reply.status >= 500) return new AppError('cloud.unreachable', { ...wait, status: reply.status });
  return new AppError('cloud.refused', { ...wait, status: reply.status });
}

/** Whole seconds (RFC 9110 §10.2.3). The other form, a date, leans on two clocks that may differ: we do not ask for it. */
function retryAfter(header: unknown): { retryAfterMs?: number } {
  return typeof header === 'string' && /^\d{1,6}$/.test(header) ? { retryAfterMs: Number(header) * 1000 } : {};
}

async function readJson(stream: Readable): Promise<unknown> {
  let text = '';
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    text += chunk.toString('utf8');
    if (text.length > largestError) break;
  }
  return fromJson(text);
}

const readBody = (data: unknown): unknown => (typeof data === 'string' ? fromJson(data) : data);

/** Null where it is none: whoever reads it says what was expected, or falls back to the status. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
