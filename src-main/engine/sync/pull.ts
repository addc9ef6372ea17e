import type { Disposable } from '#shared/base/dispose.ts';
import { AppError } from '#shared/base/errors.ts';
import { createKeyValueStore } from '../database/key-value.ts';
import { checkPage, createPageReader, missingIn } from './page-reader.ts';
import type { CloudApi, CloudChangePage } from './ports.ts';
import { RowTaker, type TakeDeps } from './take-rows.ts';

export interface Puller extends Disposable {
  /**
   * Takes over everything that the cloud has for this desk. @returns how many changes came. Rejects with an AppError,
   * `cancelled` after `dispose`. One at a time.
   */
  pull(): Promise<number>;
  /** The company's counter, as far as this desk has read; 0 before the first page. */
  position(): number;
}

export interface PullDeps extends TakeDeps {
  readonly api: Pick<CloudApi, 'changes'>;
}

/** Where a reading from zero stands. In memory only: after a restart it begins anew. */
interface Anew {
  epoch: string | undefined;
  after: number;
  /** False: numbers are missing in the cloud's own stream. What was seen is then no proof of what is gone. */
  whole: boolean;
  readonly seen: Map<string, Set<string>>;
}

/** A cloud that always counts wrong shall not make its desks read everything all day long. */
const healEveryMs = 60 * 60_000;
const idsAtOnce = 500;
/** In one transaction: each is a look and a line in the outbox. */
const sentAgainAtOnce = 32;

/** What the last page of a history leads to, or that there is another history now. */
type Found = { readonly page: CloudChangePage; readonly missing: number } | 'other-history';

/**
 * Reads the cloud's change log behind a cursor: the next page is on its way while one is taken over, in slices. A slice and
 * the cursor behind its last change are one transaction, so that a crash repeats some rows or not, but never skips one.
 *
 * The desk proves that it missed nothing: numbers have no gaps, and the cloud says how many it hides. Where the sum does not
 * hold it asks once more, then reads everything anew.
 */
export function createPuller(deps: PullDeps): Puller {
  const { database, api, appliers, clock, logger } = deps;
  const db = database.write;
  const meta = createKeyValueStore(db);
  const stop = new AbortController();
  const taker = new RowTaker(deps);
  const reader = createPageReader(api, stop.signal);
  let anew: Anew | null = null;
  let healedAt = -Infinity;

  const isHoled = (): boolean => meta.get('sync.holed') !== undefined;
  const mayHeal = (): boolean => clock.mono() - healedAt >= healEveryMs;

  /** @param epoch of the history that is read; undefined: any */
  async function behind(after: number, epoch: string | undefined): Promise<Found> {
    for (let asked = 1; ; asked += 1) {
      const page = await reader.read(after);
      if (stop.signal.aborted) throw new AppError('cancelled');
      // A counter that went back is a restored backup too, even where the epoch was forgotten.
      if (page.next < after || (epoch !== undefined && page.epoch !== epoch)) return 'other-history';
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

  function noteGap(after: number, { next }: CloudChangePage, missing: number): void {
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
        noteGap(after, page, missing);
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

  /**
   * Another history (a restored backup, other rights), or a hole in what came: everything from zero over what is here, and
   * at the end what the cloud does not know goes. The cursor is written only then: a crash in between starts this anew. A
   * cut does not: the next pull goes on where this one was.
   */
  async function readAnew(): Promise<number> {
    if (!anew) db.run('DELETE FROM deferred_change');
    const reading = (anew ??= { epoch: undefined, after: 0, whole: true, seen: new Map() });
    logger.log('warn', 'sync.resync', { after: reading.after });
    for (let count = 0; ;) {
      const found = await behind(reading.after, reading.epoch);
      if (found === 'other-history') {
        anew = null;
        throw new AppError('cloud.refused', { reason: 'epoch-moved' });
      }
      const { page, missing } = found;
      if (missing !== 0) {
        noteGap(reading.after, page, missing);
        reading.whole = false;
      }
      reading.epoch = page.epoch;
      see(reading.seen, page);
      await taker.take(page.changes, () => undefined);
      reading.after = page.next;
      count += page.changes.length;
      if (page.hasMore) continue;
      if (reading.whole) await forgetUnknown(reading.seen);
      if (reading.whole) await sendAgain(reading.seen);
      finish(page);
      return count;
    }
  }

  async function forgetUnknown(seen: Anew['seen']): Promise<void> {
    for (const [type, applier] of Object.entries(appliers))
      for await (const gone of unseen((after) => applier.known?.(db, after, idsAtOnce), seen.get(type)))
        await taker.take(gone.map((id) => ({ seq: 0, type, id, row: null })), () => undefined); // prettier-ignore
  }

  /** What this desk had sent and a restored cloud does not have. */
  async function sendAgain(seen: Anew['seen']): Promise<void> {
    for (const [type, applier] of Object.entries(appliers))
      for await (const lost of unseen((after) => applier.own?.(db, after, idsAtOnce), seen.get(type)))
        for (let at = 0; at < lost.length; at += sentAgainAtOnce) {
          taker.transaction(() => applier.sendAgain?.(db, lost.slice(at, at + sentAgainAtOnce)));
          await taker.pause();
        }
  }

  /** Those of a list of ids that were not seen, some at a time. */
  async function* unseen(
    list: (after: string) => readonly string[] | undefined,
    seen: ReadonlySet<string> | undefined,
  ): AsyncGenerator<string[]> {
    for (let after: string | undefined = ''; after !== undefined;) {
      const ids: readonly string[] = list(after) ?? [];
      yield ids.filter((id) => !seen?.has(id));
      after = ids.at(-1);
      if (after !== undefined) await taker.pause();
    }
  }

  function finish({ epoch, next }: CloudChangePage): void {
    db.transaction(() => {
      meta.set('sync.epoch', epoch);
      meta.set('sync.cursor', String(next));
      meta.remove('sync.holed');
    });
    anew = null;
    healedAt = clock.mono();
  }

  return {
    position: () => Number(meta.get('sync.cursor') ?? 0),
    async pull() {
      try {
        return await (anew || (isHoled() && mayHeal()) ? readAnew() : pullOn());
      } finally {
        await taker.end();
      }
    },
    dispose() {
      stop.abort();
      reader.dispose();
      taker.dispose();
    },
  };
}

function see(seen: Anew['seen'], page: CloudChangePage): void {
  for (const { type, id, row } of page.changes) {
    const ids = seen.get(type) ?? new Set();
    seen.set(type, ids);
    if (row === null) ids.delete(id);
    else ids.add(id);
  }
}
