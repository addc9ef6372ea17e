import { statfs } from 'node:fs/promises';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** How many sessions the pool has, how many of them nobody uses, and how many requests wait for one. */
export interface PoolUse {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
}

/** A request that is over. */
export interface DoneRequest {
  readonly method: string;
  /** Of the contract, e.g. `/v1/recordings/:id/file`; undefined = no route of ours. */
  readonly pattern: string | undefined;
  /** 499 = the client went before it was answered (the convention of nginx). */
  readonly status: number;
  readonly seconds: number;
}

/** Up to 30 s, the time-out of statements. */
const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const lagBuckets = [0, 1, 10, 100, 1000, 10_000, 100_000];

/**
 * What the cloud counts, for Prometheus. Labels are route patterns, methods, statuses and error codes: a bounded list of
 * words, and nothing of a company, a person or a customer. One per server, not per process: tests run several.
 */
export class CloudMetrics {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'jinhu_http_request_duration_seconds',
    help: 'Requests by route pattern, method and status, until the last byte of the answer',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: requestBuckets,
    registers: [this.registry],
  });
  private readonly inFlight = new Gauge({
    name: 'jinhu_http_requests_in_flight',
    help: 'Requests that are being answered now',
    registers: [this.registry],
  });
  private readonly streams = new Gauge({
    name: 'jinhu_change_streams',
    help: 'Desks that hold a stream of changes open',
    registers: [this.registry],
  });
  private readonly ops = new Counter({
    name: 'jinhu_push_operations_total',
    help: 'Pushed operations by kind and result; code is that of a refusal, or empty',
    labelNames: ['type', 'status', 'code'] as const,
    registers: [this.registry],
  });
  private readonly lag = new Histogram({
    name: 'jinhu_changes_lag',
    help: 'How many changes of its company a desk was behind when it asked',
    buckets: lagBuckets,
    registers: [this.registry],
  });
  private readonly uploads = new Counter({
    name: 'jinhu_recording_uploads_total',
    help: 'Recordings that arrived whole: stored, or damaged and discarded',
    labelNames: ['result'] as const,
    registers: [this.registry],
  });
  private readonly recordingBytes = new Counter({
    name: 'jinhu_recording_stored_bytes_total',
    help: 'Bytes of the recordings stored since the start',
    registers: [this.registry],
  });
  private readonly refusedConnections = new Counter({
    name: 'jinhu_http_connections_refused_total',
    help: 'Connections ended for what came over them: no HTTP, or too slowly',
    labelNames: ['reason'] as const,
    registers: [this.registry],
  });

  /** Memory, CPU, event loop lag and garbage collection of this process (`nodejs_*`, `process_*`). */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  watchPool(use: () => PoolUse): void {
    const { registry } = this;
    const states = ['total', 'idle', 'waiting'] as const;
    new Gauge({
      name: 'jinhu_database_pool',
      help: 'Sessions with the database (total, idle), and requests that wait for one (waiting)',
      labelNames: ['state'] as const,
      registers: [registry],
      collect() {
        const now = use();
        for (const state of states) this.set({ state }, now[state]);
      },
    });
  }

  watchDisk(folder: string): void {
    new Gauge({
      name: 'jinhu_recordings_disk_free_bytes',
      help: 'Free space where the recordings lie, as far as this user may fill it',
      registers: [this.registry],
      async collect() {
        const { bavail, bsize } = await statfs(folder);
        this.set(bavail * bsize);
      },
    });
  }

  /** @returns what to call when it is over, once; of a stream: when it has begun */
  requestBegins(): (done: DoneRequest) => void {
    this.inFlight.inc();
    return ({ method, pattern, status, seconds }) => {
      this.inFlight.dec();
      this.requests.observe({ route: pattern ?? 'none', method, status: String(status) }, seconds);
    };
  }

  /** @returns what to call when it is over, once */
  streamBegins(): () => void {
    this.streams.inc();
    return () => this.streams.dec();
  }

  /** @param type of the contract, or `unknown`: what a desk sends is no label */
  opSettled(type: string, { status, code }: { status: string; code?: string | undefined }): void {
    this.ops.inc({ type, status, code: code ?? '' });
  }

  pulled(behind: number): void {
    this.lag.observe(behind);
  }

  /** @param bytes of a recording that was stored; null = its hash was wrong */
  uploaded(bytes: number | null): void {
    this.uploads.inc({ result: bytes === null ? 'damaged' : 'stored' });
    if (bytes !== null) this.recordingBytes.inc(bytes);
  }

  connectionRefused(reason: 'broken' | 'slow'): void {
    this.refusedConnections.inc({ reason });
  }
}
