import { AppError, type ErrorCode } from '#shared/base/errors.ts';
import type { CloudCall } from '#shared/cloud-contract/contract.ts';
import type {
  CloudApi,
  CloudChangeEntry,
  CloudChangePage,
  CloudOp,
  CloudOpResult,
  RecordingUpload,
  SentParts,
  WatchListener,
} from '../ports.ts';

/** What happens to the next request: its way there or its way back is cut, or it is answered with an error. */
export type Fate =
  | 'fine'
  | 'request-lost'
  | 'reply-lost'
  | { readonly code: ErrorCode; readonly retryAfterMs?: number };

/** One desk's stream, as the cloud holds it. */
export class FakeStream {
  readonly listener: WatchListener;
  readonly over: Promise<string>;
  isOpen = true;
  /** Does not notice that its desk has given it up. */
  isDeaf = false;
  private settle: { resolve: (reason: string) => void; reject: (error: AppError) => void } | null = null;

  constructor(listener: WatchListener, signal: AbortSignal) {
    this.listener = listener;
    this.over = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
    signal.addEventListener('abort', () => void (this.isDeaf || this.cut('cancelled')));
  }

  end(reason: string): void {
    this.isOpen = false;
    this.settle?.resolve(reason);
  }

  cut(code: ErrorCode = 'cloud.unreachable'): void {
    this.isOpen = false;
    this.settle?.reject(new AppError(code));
  }
}

/** A cloud in memory that keeps the promises of the contract and breaks its connections when told. */
export class FakeCloud implements CloudApi {
  epoch = 'one';
  readonly log: CloudChangeEntry[] = [];
  /** Every state of every call that was applied, in order. */
  readonly applied: CloudCall[] = [];
  readonly uploaded: string[] = [];
  readonly requests: string[] = [];
  rejects: (op: CloudOp) => string | null = () => null;
  pageSize = 500;
  /** Entries that its replies lack although nobody was to hide them. */
  loses: (seq: number, after: number) => boolean = () => false;
  /** False: a cloud of before, which does not say how much it hides. */
  counts = true;
  /** False: a cloud of before, which does not say where its counter stands. */
  tellsHead = true;
  /** Numbers whose entries it has taken away, and counts. */
  readonly pruned = new Set<number>();
  /** Up to here it does not tell of deletions any more. */
  floor = 0;
  serverTime = 0;
  /** The cursors that were asked for. */
  readonly asked: number[] = [];
  /** Absent until `offerStreams`: as a cloud of before. */
  watch?: NonNullable<CloudApi['watch']>;
  cut?: NonNullable<CloudApi['cut']>;
  readonly streams: FakeStream[] = [];
  private fates: Fate[] = [];
  private readonly results = new Map<string, { body: string; result: CloudOpResult }>();

  /** The same, without what every call has. */
  get seen(): { id: string; rev: number }[] {
    return this.applied.map(({ id, rev }) => ({ id, rev }));
  }

  /** From now on it tells of changes. `refuses`: with which error, or null to open the stream. */
  offerStreams(refuses: () => AppError | null = () => null): void {
    this.watch = async (listener, signal) => {
      this.requests.push('watch');
      const error = refuses();
      if (error) throw error;
      const stream = new FakeStream(listener, signal);
      this.streams.push(stream);
      listener.onChanged(this.log.length);
      return stream.over;
    };
  }

  /** Of the stream that is open now; fails where there is none. */
  get stream(): FakeStream {
    const open = this.streams.filter((one) => one.isOpen);
    if (open.length !== 1 || !open[0]) throw new Error(`${open.length} streams are open`);
    return open[0];
  }

  /** A change that the cloud tells of at once. */
  changeAndTell(type: string, id: string, row: unknown): void {
    this.change(type, id, row);
    this.stream.listener.onChanged(this.log.length);
  }

  /** Fates of the requests to come; after them all is fine. */
  next(...fates: Fate[]): void {
    this.fates = fates;
  }

  change(type: string, id: string, row: unknown): void {
    this.log.push({ seq: this.log.length + 1, type, id, row });
  }

  changes(after: number, limit: number): Promise<CloudChangePage> {
    this.asked.push(after);
    return this.answer('changes', () => {
      const rows = this.log.filter(({ seq }) => seq > after && !this.pruned.has(seq));
      const logged = rows.slice(0, Math.min(limit, this.pageSize));
      const next = logged.at(-1)?.seq ?? Math.min(after, this.log.length);
      const changes = logged.filter(({ seq }) => !this.loses(seq, after));
      const hidden = [...this.pruned].filter((seq) => seq > after && seq <= next).length;
      const count = this.counts ? { hidden, floor: this.floor } : {};
      const { epoch, serverTime } = this;
      const head = this.tellsHead ? { head: this.log.length } : {};
      return { epoch, serverTime, changes, next, ...count, ...head, hasMore: logged.length < rows.length };
    });
  }

  async changesAsSent(after: number, limit: number): Promise<SentParts> {
    const page = await this.changes(after, limit);
    const changes = page.changes.map(({ raw, ...entry }) => ({ ...entry, ...raw }));
    return [new TextEncoder().encode(JSON.stringify({ ...page, changes }))];
  }

  push(ops: readonly CloudOp[]): Promise<CloudOpResult[]> {
    return this.answer('push', () => ops.map((op) => this.applyOnce(op)));
  }

  uploadRecording(recording: RecordingUpload): Promise<void> {
    return this.answer('upload', () => {
      if (!this.uploaded.includes(recording.id)) this.uploaded.push(recording.id);
    });
  }

  private applyOnce(op: CloudOp): CloudOpResult {
    const body = JSON.stringify(op.row);
    const known = this.results.get(op.opId);
    if (known) {
      if (known.body !== body) throw new Error(`op ${op.opId} came again with another body`);
      return known.result;
    }
    const code = this.rejects(op);
    const result: CloudOpResult = code
      ? { opId: op.opId, status: 'rejected', code }
      : { opId: op.opId, status: 'applied' };
    this.results.set(op.opId, { body, result });
    if (!code && op.type === 'call.put') {
      this.applied.push(op.row);
      this.change('call', op.row.id, op.row);
    }
    return result;
  }

  private async answer<T>(name: string, work: () => T): Promise<T> {
    this.requests.push(name);
    const fate = this.fates.shift() ?? 'fine';
    await Promise.resolve();
    if (fate === 'request-lost') throw new AppError('cloud.unreachable');
    if (typeof fate === 'object')
      throw new AppError(fate.code, fate.retryAfterMs === undefined ? {} : { retryAfterMs: fate.retryAfterMs });
    const reply = work();
    if (fate === 'reply-lost') throw new AppError('cloud.unreachable');
    return reply;
  }
}
