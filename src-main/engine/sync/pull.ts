import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { SyncReading } from '#shared/desk-contract/areas/session.ts';
import { createKeyValueStore } from '../database/key-value.ts';
import { AfterSwap } from './after-swap.ts';
import { checkPage, missingIn } from './change-page.ts';
import { generationFacts, nothingRead, type Generations, type Standing } from './generation.ts';
import { createLoopReader } from './page-reader.ts';
import type { CloudApi, CloudChangePage } from './ports.ts';
import { GenerationRun } from './read-generation.ts';
import { RowTaker, type TakeDeps } from './take-rows.ts';

export interface Puller extends Disposable {
  /**
   * Takes over everything that the cloud has for this desk. @returns how many changes came. Rejects with an AppError,
   * `cancelled` after `dispose`. One at a time.
   */
  pull(): Promise<number>;
  /** The company's counter, as far as this desk has read; 0 before the first page. */
  position(): number;
  /** How far it is with reading everything; null = nothing of that is due. */
  reading(): SyncReading | null;
  /** `reading` has changed: with each page, so whoever tells others shall not do it each time. */
  onReading(listener: () => void): Disposable;
}

export interface PullDeps extends TakeDeps {
  readonly api: Pick<CloudApi, 'changes' | 'changesAsSent'>;
  readonly generations: Generations;
}

/** A cloud that always counts wrong shall not make its desks read everything all day long. */
const healEveryMs = 60 * 60_000;

/** What the last page of a history leads to, or that this desk cannot go on with the one it has. */
type Found = { readonly page: CloudChangePage; readonly missing: number } | 'other-history';

/**
 * Reads the cloud's change log behind a cursor: the next page is on its way while one is taken over, in slices. A slice and
 * the cursor behind its last change are one transaction, so that a crash repeats some rows or not, but never skips one.
 *
 * The desk proves that it missed nothing: numbers have no gaps, and the cloud says how many it hides. Where the sum does not
 * hold it asks once more, then reads everything anew, as it does where there is nothing yet, or where the cloud has another
 * history: as a new generation, beside the one in use (read-generation.ts).
 */
export function createPuller(deps: PullDeps): Puller {
  const { database, api, appliers, clock, logger, generations } = deps;
  const db = database.write;
  const meta = createKeyValueStore(db);
  const stop = new AbortController();
  const taker = new RowTaker(deps);
  const reader = createLoopReader(api, stop.signal);
  const afterSwap = new AfterSwap({ db, meta, taker, appliers });
  const readingChanged = new Emitter<void>();
  let run: GenerationRun | null = null;
  let healedAt = -Infinity;
  // Also where the cloud is away: an update may have taught this version to read them.
  const offered = taker.offerDeferred().catch((error: unknown) => {
    if (!stop.signal.aborted) logger.log('error', 'sync.not-offered', { problem: describeError(error) });
  });

  const isHoled = (): boolean => meta.get('sync.holed') !== undefined;
  const mayHeal = (): boolean => clock.mono() - healedAt >= healEveryMs;
  const hasHistory = (): boolean => meta.get('sync.epoch') !== undefined;
  const isReading = (): boolean => meta.get(generationFacts.standing) !== undefined;
  let reading = hasHistory() ? null : asReading(true, nothingRead);

  function tellReading(next: SyncReading | null): void {
    reading = next;
    readingChanged.emit();
  }

  /** @param first nothing of the company is here yet */
  function startRun(first: boolean): GenerationRun {
    const onRead = (standing: Standing): void => tellReading(asReading(first, standing));
    return new GenerationRun({ api, generations, logger, signal: stop.signal, onGap: noteGap, onRead });
  }

  /** @param epoch of the history that is read; undefined: any */
  async function behind(after: number, epoch: string | undefined): Promise<Found> {
    for (let asked = 1; ; asked += 1) {
      const page = await reader.read(after);
      if (stop.signal.aborted) throw new AppError('cancelled');
      // A counter that went back is a restored backup too, even where the epoch was forgotten.
      if (page.next < after || (epoch !== undefined && page.epoch !== epoch)) return 'other-history';
      // Deletions that this desk has not read are not told any more.
      if ((page.floor ?? 0) > after) return 'other-history';
      checkPage(page, after);
      const missing = missingIn(page, after);
      if (missing !== 0 && asked === 1) continue;
      if (page.hasMore) {
        reader.ahead(page.next);
        taker.begin();
      }
      return { page, missing };
    }
  }

  function noteGap(after: number, next: number, missing: number): void {
    const gaps = Number(meta.get('sync.gaps') ?? 0) + 1;
    db.transaction(() => {
      meta.set('sync.gaps', String(gaps));
      meta.set('sync.holed', 'yes');
    });
    logger.log('warn', 'sync.gap', { after, next, missing, gaps });
  }

  async function pullOn(): Promise<number> {
    for (let count = 0; ;) {
      const after = Number(meta.get('sync.cursor') ?? 0);
      const found = await behind(after, meta.get('sync.epoch'));
      if (found === 'other-history') return count + (await readAnew());
      const { page, missing } = found;
      if (missing !== 0) {
        noteGap(after, page.next, missing);
        if (mayHeal()) return count + (await readAnew());
      }
      await taker.take(page.changes, (taken) => {
        if (page.epoch !== meta.get('sync.epoch')) meta.set('sync.epoch', page.epoch);
        const reached = taken === page.changes.length ? page.next : page.changes[taken - 1]?.seq;
        if (reached !== undefined && reached !== after) meta.set('sync.cursor', String(reached));
      });
      count += page.changes.length;
      if (!page.hasMore) return count;
    }
  }

  /** Everything from zero, beside what is in use: a new desk, another history (a restored backup, other rights), a hole. */
  async function readAnew(): Promise<number> {
    reader.dispose();
    const again = hasHistory();
    if (again) logger.log('warn', 'sync.resync', {});
    const ofAll = (run ??= startRun(!again));
    try {
      const count = await ofAll.read();
      if (again) healedAt = clock.mono();
      await afterSwap.run();
      await ofAll.clean();
      return count;
    } finally {
      run?.dispose();
      run = null;
    }
  }

  /** What an earlier run of this program left to be done. */
  async function finishSwap(): Promise<void> {
    await offered;
    if (afterSwap.isDue) await afterSwap.run();
    if (!generations.isUnclean()) return;
    const left = (run = startRun(false));
    await left.clean().finally(() => {
      left.dispose();
      run = null;
    });
  }

  return {
    position: () => Number(meta.get('sync.cursor') ?? 0),
    async pull() {
      try {
        await finishSwap();
        return await (!hasHistory() || isReading() || (isHoled() && mayHeal()) ? readAnew() : pullOn());
      } finally {
        await taker.end();
        // Behind what the windows were told of the new rows. After a cut it stays where it is.
        if (reading && hasHistory() && !isReading()) tellReading(null);
      }
    },
    reading: () => reading,
    onReading: (listener) => readingChanged.on(listener),
    dispose() {
      stop.abort();
      reader.dispose();
      run?.dispose();
      taker.dispose();
    },
  };
}

const asReading = (first: boolean, { rows, share }: Standing): SyncReading => ({ first, rows, share });
