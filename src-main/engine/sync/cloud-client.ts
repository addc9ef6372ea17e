import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { AbortSignalLike, Clock } from '#shared/base/clock.ts';
import { AppError, type ErrorCode } from '#shared/base/errors.ts';
import { cloudRoutes as routes, contractVersion } from '#shared/cloud-contract/contract.ts';
import type {
  CloudCompany, CloudDevice, CloudEmployee, CloudSession, PushResult, RouteInput, RouteReply, RouteSpec,
} from '#shared/cloud-contract/contract.ts'; // prettier-ignore
import { readChangePage } from './change-page.ts';
import { CloudTransport, type WireReply, type WireRequest } from './cloud-transport.ts';
import { uploadRecording } from './cloud-upload.ts';
import { readEvents } from './event-stream.ts';
import type { CloudApi, CloudChangePage, CloudOp, RecordingUpload, SentParts, WatchListener } from './ports.ts';

export interface Tokens {
  readonly accessToken: string;
  readonly accessExpiresAt: number;
  readonly refreshToken: string;
}

/** Where the session lives between requests (and between starts). `save(null)` forgets it. */
export interface TokenStore {
  load(): Tokens | null;
  save(tokens: Tokens | null): void;
}

export interface CloudClientOptions {
  /** e.g. http://127.0.0.1:40123, without a path. */
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly tokens: TokenStore;
  readonly deviceId: string;
  /** Of the program, for the list of devices. */
  readonly version?: string;
  /** The cloud ended the session (not: we signed out). The tokens are gone already. */
  readonly onSignedOut: (code: ErrorCode) => void;
}

export interface ChangePage extends CloudChangePage {
  /** The cloud's wall clock, ms. */
  readonly serverTime: number;
}

export interface RecordingAsk {
  /** Value of a Range header, e.g. `bytes=0-4095`; all of it without. */
  readonly range?: string;
  /** To keep it: counted and noted apart from listening. */
  readonly download?: boolean;
}

export interface RecordingStream {
  /** 200, 206, or 416. */
  readonly status: number;
  /** content-length, content-range, content-type, accept-ranges, etag where the cloud sent them. */
  readonly headers: { readonly [name: string]: string };
  readonly stream: Readable;
}

/**
 * What a desk asks of its cloud. Every method rejects with an AppError: `cloud.unreachable` (nobody there, cut, silent),
 * `cancelled` (the signal), `auth.required` / `auth.expired` (no session any more), the cloud's own code, or
 * `cloud.refused`.
 */
export interface CloudClient extends CloudApi {
  /** Is this a cloud that we can talk to? Throws `cloud.not-a-cloud`, `cloud.version-mismatch`, `cloud.unreachable`. */
  health(signal?: AbortSignalLike): Promise<RouteReply<typeof routes.health>>;
  /** Saves the tokens. */
  signIn(account: string, password: string, deviceName: string, newPassword?: string): Promise<CloudSession>;
  /** Forgets the tokens at once, then tells the cloud; does not reject when the cloud cannot be reached. */
  signOut(): Promise<void>;
  me(signal?: AbortSignalLike): Promise<{ employee: CloudEmployee; company: CloudCompany }>;
  changePassword(oldPassword: string, newPassword: string): Promise<void>;
  devices(): Promise<CloudDevice[]>;
  endDevice(id: string): Promise<void>;
  employees(signal?: AbortSignalLike): Promise<CloudEmployee[]>;
  /** Rows as they came: who takes them over reads them with the contract's schema and keeps aside what is too new. */
  changes(after: number, limit?: number, signal?: AbortSignalLike): Promise<ChangePage>;
  /** At most 100 ops; one result for each, in order. */
  push(ops: readonly CloudOp[], signal?: AbortSignalLike): Promise<PushResult[]>;
  /**
   * Sends what the cloud does not have yet. Resolves when the cloud has verified the hash. After `cloud.unreachable`
   * call it again: it goes on where the cloud stands. Throws `recording.damaged` when the hash did not fit: the cloud
   * has discarded its bytes.
   */
  uploadRecording(
    recording: RecordingUpload,
    signal?: AbortSignalLike,
    onProgress?: (bytes: number) => void,
  ): Promise<void>;
  openRecording(id: string, ask?: RecordingAsk, signal?: AbortSignalLike): Promise<RecordingStream>;
  /** Any route that answers with bytes, as they come. Whoever reads them watches over their silence, and destroys the stream. */
  open<R extends RouteSpec>(route: R, input: RouteInput<R>, signal?: AbortSignalLike): Promise<Readable>;
  /**
   * The sound of an opener of the company, not looked at. @param sha256 under which the cloud has it
   * Throws `not-found` also for one that is not for this person.
   */
  openerSound(sha256: string, signal?: AbortSignalLike): Promise<Uint8Array>;
  /** Sends a sound that an opener of the company is to name. Again: the same. */
  sendOpenerSound(sha256: string, file: Uint8Array, signal?: AbortSignalLike): Promise<void>;
  /** Any JSON route of the contract. Fields that we do not know stay in the reply. */
  call<R extends RouteSpec>(route: R, input: RouteInput<R>, signal?: AbortSignalLike): Promise<RouteReply<R>>;
}

export function createCloudClient(options: CloudClientOptions): CloudClient {
  return new AxiosCloudClient(options);
}

class AxiosCloudClient implements CloudClient {
  private readonly options: CloudClientOptions;
  private readonly transport: CloudTransport;
  /** One refresh for all who find their token too old at the same time: a second one would look like a theft. */
  private refreshing: Promise<void> | undefined;

  constructor(options: CloudClientOptions) {
    this.options = options;
    this.transport = new CloudTransport(options.baseUrl, options.clock);
  }

  async health(signal?: AbortSignalLike): Promise<RouteReply<typeof routes.health>> {
    const reply = await this.call(routes.health, {}, signal).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.code === 'cancelled') throw error;
      const unreachable = error.code === 'cloud.unreachable' && error.details['reason'] !== 'not-the-cloud';
      throw unreachable ? error : new AppError('cloud.not-a-cloud', {}, error);
    });
    if (reply.contractVersion !== contractVersion)
      throw new AppError('cloud.version-mismatch', { ours: contractVersion, theirs: reply.contractVersion });
    return reply;
  }

  async signIn(account: string, password: string, deviceName: string, newPassword?: string): Promise<CloudSession> {
    const { deviceId, version } = this.options;
    const body = { account, password, deviceId, deviceName, newPassword, deskVersion: version };
    const session = await this.call(routes.signIn, { body });
    this.options.tokens.save(pickTokens(session));
    return session;
  }

  async signOut(): Promise<void> {
    const tokens = this.options.tokens.load();
    this.options.tokens.save(null);
    if (!tokens) return;
    await this.call(routes.signOut, { body: { refreshToken: tokens.refreshToken } }).catch((error: unknown) => {
      // The session then dies of age in the cloud; this desk holds nothing of it any more.
      if (!(error instanceof AppError)) throw error;
    });
  }

  me(signal?: AbortSignalLike): Promise<{ employee: CloudEmployee; company: CloudCompany }> {
    return this.call(routes.me, {}, signal);
  }

  async changePassword(oldPassword: string, newPassword: string): Promise<void> {
    await this.call(routes.changePassword, { body: { oldPassword, newPassword } });
  }

  async devices(): Promise<CloudDevice[]> {
    return (await this.call(routes.devices, { query: {} })).devices;
  }

  async endDevice(id: string): Promise<void> {
    await this.call(routes.endDevice, { params: { id } });
  }

  async employees(signal?: AbortSignalLike): Promise<CloudEmployee[]> {
    return (await this.call(routes.employees, {}, signal)).employees;
  }

  async changes(after: number, limit = 500, signal?: AbortSignalLike): Promise<ChangePage> {
    const reply = await this.sendSigned(routes.changes, { query: { after, limit }, signal });
    const bytes = Number(reply.headers['content-length']);
    return { ...readChangePage(reply.data), ...(bytes > 0 ? { bytes } : {}) };
  }

  async changesAsSent(after: number, limit: number, signal?: AbortSignalLike): Promise<SentParts> {
    const reply = await this.sendSigned(routes.changes, { query: { after, limit }, signal, asSent: true });
    return reply.data as SentParts;
  }

  async watch({ onChanged, onBeat }: WatchListener, signal: AbortSignal): Promise<string> {
    const reply = await this.sendSigned(routes.changeStream, { signal });
    let reason = 'cut';
    const events = {
      changed: ({ seq }: { seq: number }) => onChanged(seq),
      end: (last: { reason: string }) => void (reason = last.reason),
    };
    await readEvents(routes.changeStream, reply.data as Readable, { events, onBeat, signal });
    return reason;
  }

  cut(): void {
    this.transport.cut();
  }

  async push(ops: readonly CloudOp[], signal?: AbortSignalLike): Promise<PushResult[]> {
    const body = { deviceId: this.options.deviceId, ops };
    const reply = await this.sendSigned(routes.push, { body, signal });
    return parse(routes.push.reply, reply.data).results;
  }

  uploadRecording(
    recording: RecordingUpload,
    signal?: AbortSignalLike,
    onProgress?: (bytes: number) => void,
  ): Promise<void> {
    const send = (route: RouteSpec, request: WireRequest): Promise<WireReply> => this.sendSigned(route, request);
    return uploadRecording(send, recording, signal, onProgress);
  }

  async openRecording(
    id: string,
    { range, download = false }: RecordingAsk = {},
    signal?: AbortSignalLike,
  ): Promise<RecordingStream> {
    const headers = range === undefined ? {} : { range };
    const query = download ? { download: '1' } : {};
    const { status, headers: all, data } = await this.sendSigned(routes.recordingFile, { params: { id }, query, headers, signal }); // prettier-ignore
    const kept = ['content-length', 'content-range', 'content-type', 'accept-ranges', 'etag'];
    const picked = Object.fromEntries(Object.entries(all).filter(([name]) => kept.includes(name)));
    return { status, headers: picked, stream: data as Readable };
  }

  async open<R extends RouteSpec>(route: R, input: RouteInput<R>, signal?: AbortSignalLike): Promise<Readable> {
    if (route.reply !== 'bytes') throw new AppError('internal', { reason: 'not a route of bytes' });
    const reply = await this.sendSigned(route, { ...(input as WireRequest), signal });
    return reply.data as Readable;
  }

  async openerSound(sha256: string, signal?: AbortSignalLike): Promise<Uint8Array> {
    const { data } = await this.sendSigned(routes.openerSound, { params: { sha256 }, signal });
    return readSound(data as Readable);
  }

  async sendOpenerSound(sha256: string, file: Uint8Array, signal?: AbortSignalLike): Promise<void> {
    const headers = { 'content-type': 'application/octet-stream' };
    const send = (): Promise<WireReply> =>
      this.sendSigned(routes.putOpenerSound, { params: { sha256 }, body: Buffer.from(file), headers, signal });
    await send().catch((error: unknown) => {
      // The token is fresh by now, and these bytes are still here.
      if (error instanceof AppError && error.code === 'auth.expired') return send();
      throw error;
    });
  }

  async call<R extends RouteSpec>(route: R, input: RouteInput<R>, signal?: AbortSignalLike): Promise<RouteReply<R>> {
    const request = { ...(input as WireRequest), signal };
    const reply = route.auth === 'user' ? await this.sendSigned(route, request) : await this.transport.send(route, request); // prettier-ignore
    if (typeof route.reply === 'string') throw new AppError('internal', { reason: 'not a JSON route' });
    return parse(route.reply, reply.data) as RouteReply<R>;
  }

  /** With the access token; when that one is too old, once more with a fresh one (streams only once: their bytes are gone). */
  private async sendSigned(route: RouteSpec, request: WireRequest): Promise<WireReply> {
    const tokens = this.options.tokens.load();
    if (!tokens) throw new AppError('auth.required');
    try {
      return await this.transport.send(route, sign(request, tokens));
    } catch (error) {
      if (error instanceof AppError && error.code === 'auth.disabled') this.ended(tokens, error.code);
      if (!(error instanceof AppError) || (error.code !== 'auth.expired' && error.code !== 'auth.required'))
        throw error;
      await this.refresh(tokens);
      const fresh = this.options.tokens.load();
      if (!fresh || route.body === 'bytes') throw error;
      return this.transport.send(route, sign(request, fresh));
    }
  }

  private refresh(seen: Tokens): Promise<void> {
    // Somebody has refreshed while our request was under way.
    if (this.options.tokens.load()?.accessToken !== seen.accessToken) return Promise.resolve();
    this.refreshing ??= this.refreshNow(seen).finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  private async refreshNow(seen: Tokens): Promise<void> {
    const { tokens, deviceId, version: deskVersion } = this.options;
    try {
      const body = { refreshToken: seen.refreshToken, deviceId, deskVersion };
      const reply = await this.call(routes.refresh, { body });
      // Signed out meanwhile: the person's word stands.
      if (this.isCurrent(seen)) tokens.save(pickTokens(reply));
    } catch (error) {
      if (error instanceof AppError && error.code.startsWith('auth.')) this.ended(seen, error.code);
      throw error;
    }
  }

  private isCurrent({ refreshToken }: Tokens): boolean {
    return this.options.tokens.load()?.refreshToken === refreshToken;
  }

  private ended(seen: Tokens, code: ErrorCode): void {
    if (!this.isCurrent(seen)) return;
    this.options.tokens.save(null);
    this.options.onSignedOut(code);
  }
}

/** A clip is below a megabyte; who sends more is not asked for the rest. */
async function readSound(stream: Readable): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > 2 * 1024 * 1024) throw new AppError('opener.sound-damaged');
      parts.push(chunk);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('cloud.unreachable', { reason: 'cut' }, error);
  }
  return Buffer.concat(parts);
}

const sign = (request: WireRequest, tokens: Tokens): WireRequest => ({
  ...request,
  headers: { ...request.headers, authorization: `Bearer ${tokens.accessToken}` },
});

const pickTokens = ({ accessToken, accessExpiresAt, refreshToken }: Tokens): Tokens => ({
  accessToken,
  accessExpiresAt,
  refreshToken,
});

function parse<T extends z.ZodType>(schema: T, data: unknown): z.output<T> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.')} ${issue.code}`);
  throw new AppError('cloud.refused', { reason: 'reply', issues });
}
