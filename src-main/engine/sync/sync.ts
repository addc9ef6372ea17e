import { DisposeBag, disposable, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError, toAppError, type ErrorCode } from '#shared/base/errors.ts';
import type { SyncProblem, SyncState } from '#shared/desk-contract/areas/session.ts';
import type { EngineContext } from '../context.ts';
import type { KeyValueStore } from '../database/key-value.ts';
import { backoffSince } from './backoff.ts';
import { followReading } from './follow-reading.ts';
import { News } from './news.ts';
import { createNudge } from './nudge.ts';
import { isState } from './deeds.ts';
import type { Outbox } from './outbox.ts';
import { createPace } from './pace.ts';
import type { CloudApi, RecordingUploads } from './ports.ts';
import { asProblem } from './problems.ts';
import type { Puller } from './pull.ts';
import { createRecordingUploader } from './recording-uploader.ts';

export interface SyncService extends Disposable {
  readonly state: SyncState;
  onState(listener: (state: SyncState) => void): Disposable;
  /** The cloud no longer takes this session: the person must sign in again. Nothing is lost, sync rests. */
  onSessionExpired(listener: () => void): Disposable;
  /** Try soon instead of at the next turn: network is back, PC woke up, person signed in again, a recording was sealed. */
  wake(): void;
  /** The PC slept, or the network is another one: gives up every connection and syncs at once, over new ones. */
  resume(): void;
  /** Syncs now and resolves when it is done. @throws AppError `cloud.unreachable`, `auth.required` */
  now(): Promise<void>;
  /** What the cloud did not take, oldest first; 200 at most. */
  problems(): SyncProblem[];
  /** @throws AppError `not-found` */
  retry(opId: string): void;
  /** @throws AppError `not-found` */
  discard(opId: string): void;
}

export interface SyncDeps {
  readonly context: EngineContext;
  readonly api: CloudApi;
  readonly outbox: Outbox;
  readonly puller: Puller;
  readonly recordings: RecordingUploads;
  /** Of the person's database: when it was last in step. */
  readonly meta: KeyValueStore;
  /** How far the PC's clock is off the cloud's, ms; null = not known. */
  readonly clockOffMs: () => number | null;
  /** In [0, 1). */
  readonly random: () => number;
  /**
   * The cloud has answered a push; after the commit. Of calls it is known now whether they are there. `putBack`: it did not take
   * something as it was meant, and its own rows stand here again.
   */
  readonly onSettled: (putBack: boolean) => void;
}

/** Several writes of one moment (a call that ends) go in one push; a colleague who waits for it does not notice. */
const debounceMs = 50;
const turnMs = 5000;
const nudged = { most: 5, everyMs: 300 };
const stampMs = 60_000;
const sessionOver: ReadonlySet<string> = new Set<ErrorCode>([
  'auth.expired',
  'auth.required',
  'auth.disabled',
  'auth.revoked',
  'auth.password-changed',
]);
const lastSyncKey = 'sync.lastAt';

/** Starts at once and keeps this desk and the cloud in step until disposed. Time runs on the monotonic clock. */
export function createSyncService(deps: SyncDeps): SyncService {
  const { context, api, outbox, puller, recordings, meta, random } = deps;
  const { clock } = context;
  const logger = context.logger.child('sync');
  const changed = new Emitter<SyncState>();
  const expired = new Emitter<void>();
  const bag = new DisposeBag();
  let timer: Disposable = disposable(() => undefined);
  let due = Infinity;
  let running: Promise<void> | null = null;
  let [busy, again, stopped] = [false, false, false];
  let [failures, failingSince] = [0, 0];
  /** Set by Retry-After: nothing but a person's own wish goes before. */
  let notBefore = 0;
  let nextStampAt = 0;
  let sessionGone = false;
  let failure: AppError | null = null;
  let lastSyncAt = meta.get(lastSyncKey) === undefined ? null : Number(meta.get(lastSyncKey));
  let state = describe();
  const news = new News({ position: () => puller.position(), clock, random });
  /** A turn for them has its time already. */
  let newsDue = false;
  const pace = createPace(clock, nudged);
  const nudge = bag.add(createNudge({ api, clock, logger, random, onSeq, onLost }));

  const uploads = { api, recordings, isCallWaiting: outbox.isWaiting, clock, logger, random, onProgress: publish };
  const uploader = bag.add(createRecordingUploader(uploads));

  function describe(): SyncState {
    const { waiting: pendingRows, refused } = outbox.counts();
    const pendingRecordings = recordings.pending();
    const waiting = pendingRows + pendingRecordings > 0;
    const problem = failure && { code: failure.code, details: failure.details };
    const reading = puller.reading();
    const inStep = !waiting && !reading;
    const kind = sessionGone ? 'signed-out' : failure ? 'offline' : inStep ? 'synced' : busy ? 'syncing' : 'waiting';
    const off = deps.clockOffMs();
    // Whole seconds: windows are not told of each millisecond.
    const clockOffMs = off === null ? null : Math.round(off / 1000) * 1000;
    return { state: kind, pendingRows, pendingRecordings, lastSyncAt, problem, refused, clockOffMs, reading };
  }

  function publish(): void {
    if (stopped) return;
    const next = describe();
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    state = next;
    changed.emit(state);
  }

  function schedule(ms: number): void {
    if (stopped || sessionGone) return;
    const at = clock.mono() + Math.max(ms, notBefore - clock.mono());
    if (at >= due) return;
    timer.dispose();
    due = at;
    timer = clock.after(Math.max(0, at - clock.mono()), () => void turn());
  }

  /** @returns whether the cloud may have made something of it that this desk has to read: of states it has none of its own */
  async function push(): Promise<boolean> {
    for (let toRead = false; ;) {
      const ops = outbox.take();
      if (ops.length === 0 || stopped) return toRead;
      publish();
      const results = await api.push(ops);
      if (stopped) return false;
      outbox.settle(results);
      toRead ||= !ops.every(isState) || results.some(({ status }) => status !== 'applied');
      deps.onSettled(results.some(({ status }) => status !== 'applied'));
      const answered = new Set(results.map(({ opId }) => opId));
      // Ops without an answer stay; asking at once again would turn in a circle.
      if (!ops.every(({ opId }) => answered.has(opId)))
        throw new AppError('cloud.refused', { reason: 'op-unanswered' });
    }
  }

  function onSeq(seq: number, first: boolean): void {
    news.hear(seq, first);
    if (!running && news.isThere) turnForNews();
  }

  function turnForNews(): void {
    if (!newsDue) schedule(pace.take());
    newsDue = true;
  }

  /** Many desks lose their streams in the same moment. */
  function onLost(): void {
    schedule(Math.round(random() * turnMs));
  }

  /** ms to the next turn when all is well. What waits here is tried again as often as ever. */
  function restMs(): number {
    const idle = state.pendingRows + state.pendingRecordings === 0;
    return nudge.standing && idle ? news.inMs : turnMs;
  }

  function succeeded(): void {
    failures = 0;
    failure = null;
    lastSyncAt = clock.now();
    // Kept for the next start; a write every few seconds would only wear the disk.
    if (clock.mono() >= nextStampAt) {
      meta.set(lastSyncKey, String(lastSyncAt));
      nextStampAt = clock.mono() + stampMs;
    }
    uploader.run();
    nudge.ready();
  }

  function failed(thrown: unknown): void {
    failure = toAppError(thrown);
    // Of the first in a row.
    if (failures === 0) failingSince = clock.mono();
    failures += 1;
    logger.log('warn', 'sync.failed', { failures, problem: describeError(thrown) });
    const { retryAfterMs } = failure.details;
    if (typeof retryAfterMs === 'number') notBefore = clock.mono() + retryAfterMs;
    if (sessionOver.has(failure.code)) {
      sessionGone = true;
      nudge.drop();
      expired.emit();
    }
  }

  async function pull(): Promise<void> {
    news.looking();
    await puller.pull();
    news.looked();
  }

  async function syncOnce(): Promise<void> {
    try {
      const toRead = await push();
      if (stopped) return;
      if (toRead || news.isThere || !nudge.standing || news.inMs === 0) await pull();
      if (!stopped) succeeded();
    } catch (error) {
      if (!stopped) failed(error);
    }
  }

  /** One at a time; a wish that comes meanwhile is granted right after. Never rejects. */
  function turn(): Promise<void> {
    timer.dispose();
    due = Infinity;
    newsDue = false;
    if (running) {
      again = true;
      return running;
    }
    busy = true;
    running = syncOnce().finally(() => {
      busy = false;
      running = null;
      if (stopped) return;
      publish();
      const soon = again;
      again = false;
      if (failures > 0) schedule(backoffSince(clock.mono() - failingSince, random));
      else if (!soon && news.isThere) turnForNews();
      else schedule(soon ? 0 : restMs());
    });
    return running;
  }

  async function now(): Promise<void> {
    // A turn under way may have begun before the change that the person wants to see in the cloud.
    if (running) await running;
    if (sessionGone) throw new AppError('auth.required');
    news.lookNow();
    await turn();
    if (failure)
      throw sessionGone ? new AppError('auth.required', {}, failure) : new AppError('cloud.unreachable', {}, failure);
  }

  bag.add(followReading({ puller, clock, onPage: () => (failure = null), publish }));
  // What is said of the outbox follows after the commit, not inside the transaction that changes it.
  const publishSoon = (): void => void clock.after(0, publish);
  bag.add(outbox.onEnqueue(() => (schedule(debounceMs), publishSoon())));
  bag.add(outbox.onRefused(publishSoon));
  schedule(0);

  return {
    get state() {
      return state;
    },
    onState: (listener) => changed.on(listener),
    onSessionExpired: (listener) => expired.on(listener),
    wake: () => {
      sessionGone = false;
      publish();
      schedule(0);
    },
    resume: () => {
      api.cut?.();
      nudge.drop();
      failures = 0;
      news.lookNow();
      schedule(0);
    },
    now,
    problems: () => outbox.rejected().map(asProblem),
    retry(opId) {
      outbox.retry(opId);
      publish();
    },
    discard(opId) {
      outbox.discard(opId);
      publish();
    },
    dispose: () => {
      stopped = true;
      timer.dispose();
      bag.dispose();
    },
  };
}
