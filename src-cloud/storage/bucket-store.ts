import { openAsBlob } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { AwsClient } from 'aws4fetch';
import { AppError } from '#shared/base/errors.ts';
import type { BucketOptions } from '../app/deps.ts';
import type { FileStore } from './store.ts';

const askMs = 10_000;
/** 200 MB at 3 Mbit/s. */
const putMs = 10 * 60_000;

/** `<prefix><company>/<id>`. The bucket is told the SHA-256 of what it is given, and refuses anything else. */
export class BucketStore implements FileStore {
  private readonly options: BucketOptions;
  private readonly client: AwsClient;

  constructor(options: BucketOptions) {
    this.options = options;
    const { accessKeyId, secretAccessKey, region } = options;
    this.client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: 2 });
  }

  async take(companyId: string, id: string, path: string, sha256: string): Promise<void> {
    // A blob over the file: its length is known, and it never lies in memory whole.
    const body = await openAsBlob(path, { type: 'audio/wav' });
    const headers = { 'x-amz-content-sha256': sha256 };
    await this.ask(companyId, id, { method: 'PUT', body, headers, signal: AbortSignal.timeout(putMs) }, [200]);
    // What the bucket has is looked at before the only other copy goes.
    if ((await this.size(companyId, id)) !== body.size) throw away('short');
    await rm(path, { force: true });
  }

  async size(companyId: string, id: string): Promise<number | undefined> {
    const reply = await this.ask(companyId, id, { method: 'HEAD' }, [200, 404]);
    return reply.status === 404 ? undefined : Number(reply.headers.get('content-length'));
  }

  async read(companyId: string, id: string, start: number, end: number): Promise<Readable> {
    const reply = await this.ask(companyId, id, { headers: { range: `bytes=${start}-${end}` } }, [200, 206]);
    return reply.body ? Readable.fromWeb(reply.body as ReadableStream) : Readable.from([]);
  }

  async remove(companyId: string, id: string): Promise<void> {
    await this.ask(companyId, id, { method: 'DELETE' }, [200, 204, 404]);
  }

  private async ask(companyId: string, id: string, request: RequestInit, fine: readonly number[]): Promise<Response> {
    const { endpoint, bucket, prefix } = this.options;
    const url = `${endpoint.replace(/\/$/, '')}/${bucket}/${prefix}${companyId}/${id}`;
    // For the headers; the sound itself flows as long as it moves.
    const patience = new AbortController();
    const timer = request.signal ? undefined : setTimeout(() => patience.abort(), askMs);
    try {
      const reply = await this.client.fetch(url, { signal: patience.signal, ...request });
      if (fine.includes(reply.status)) return reply;
      await reply.body?.cancel();
      throw away(`status ${reply.status}`);
    } catch (error) {
      throw error instanceof AppError ? error : away('no answer', error);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The desk tries again later. The bucket's own words may hold its names and keys: not told. */
const away = (problem: string, cause?: unknown): AppError =>
  new AppError('cloud.unreachable', { reason: 'recordings', problem }, cause);
