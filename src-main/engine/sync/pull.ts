import { AppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { WritableDb } from '../database/handles.ts';
import { createKeyValueStore } from '../database/key-value.ts';
import type { ChangeApplier, CloudApi, CloudChangeEntry, CloudChangePage } from './ports.ts';

export interface Puller {
  /** Takes over everything that the cloud has for this desk. @returns how many changes came. Rejects with an AppError. */
  pull(): Promise<number>;
}

export interface PullDeps {
  readonly db: WritableDb;
  readonly api: Pick<CloudApi, 'changes'>;
  /** By the cloud's name for the type. */
  readonly appliers: { readonly [type: string]: ChangeApplier };
  readonly logger: Logger;
}

/** The contract allows 500; a page is one transaction on the loop that also serves F2, and 100 leads take some 8 ms. */
const pageSize = 100;

/**
 * Reads the cloud's change log behind a cursor. A page and its cursor are one transaction, so that a crash repeats a page or
 * not, but never skips one. What this version cannot read is kept raw in `deferred_change` and offered again at the next
 * start, when the desk may have been updated.
 */
export function createPuller({ db, api, appliers, logger }: PullDeps): Puller {
  const meta = createKeyValueStore(db);
  offerDeferred();

  const cursor = (): number => Number(meta.get('sync.cursor') ?? 0);

  function offerDeferred(): void {
    for (const type of Object.keys(appliers)) {
      const kept = db.all<{ id: string; seq: number; row: string }>(
        'SELECT id, seq, row FROM deferred_change WHERE type = ? ORDER BY seq',
        [type],
      );
      if (kept.length === 0) continue;
      db.transaction(() =>
        applyOf(
          type,
          kept.map(({ id, seq, row }) => ({ type, id, seq, row: JSON.parse(row) as unknown })),
        ),
      );
      appliers[type]?.applied?.();
    }
  }

  function applyOf(type: string, changes: readonly CloudChangeEntry[]): void {
    const rows = changes.map(({ id, row }) => ({ id, row }));
    const unreadable = new Set(appliers[type]?.apply(db, rows) ?? rows.map(({ id }) => id));
    if (unreadable.size > 0) logger.log('warn', 'sync.deferred', { type, count: unreadable.size });
    for (const { id, seq, row } of changes) {
      if (unreadable.has(id))
        db.run('INSERT OR REPLACE INTO deferred_change (type, id, seq, row) VALUES (?, ?, ?, ?)', [
          type,
          id,
          seq,
          JSON.stringify(row ?? null),
        ]);
      else db.run('DELETE FROM deferred_change WHERE type = ? AND id = ?', [type, id]);
    }
  }

  function applyPage(page: CloudChangePage, atEnd: () => void): void {
    const types = [...new Set(page.changes.map(({ type }) => type))];
    db.transaction(() => {
      for (const type of types)
        applyOf(
          type,
          page.changes.filter((change) => change.type === type),
        );
      atEnd();
    });
    for (const type of types) appliers[type]?.applied?.();
  }

  async function pullOn(epoch: string | undefined): Promise<number> {
    let count = 0;
    for (;;) {
      const after = cursor();
      const page = readable(await api.changes(after, pageSize));
      // A counter that went back is a restored backup too, even where the epoch was forgotten.
      const otherHistory = page.next < after || (epoch !== undefined && page.epoch !== epoch);
      if (otherHistory) return count + (await pullAnew(page.epoch));
      checkPage(page, after);
      applyPage(page, () => {
        if (page.epoch !== meta.get('sync.epoch')) meta.set('sync.epoch', page.epoch);
        if (page.next !== after) meta.set('sync.cursor', String(page.next));
      });
      epoch = page.epoch;
      count += page.changes.length;
      if (!page.hasMore) return count;
    }
  }

  /**
   * Another history (a restored backup, other rights): everything from zero over what is here, and at the end what the
   * new history does not know goes. The cursor is written only then: a crash in between starts this anew.
   */
  async function pullAnew(epoch: string): Promise<number> {
    logger.log('warn', 'sync.resync', {});
    const seen = new Map<string, Set<string>>();
    let after = 0;
    let count = 0;
    for (;;) {
      const page = readable(await api.changes(after, pageSize));
      if (page.epoch !== epoch) throw new AppError('cloud.refused', { reason: 'epoch-moved' });
      checkPage(page, after);
      for (const { type, id, row } of page.changes) {
        const ids = seen.get(type) ?? new Set();
        seen.set(type, ids);
        if (row === null) ids.delete(id);
        else ids.add(id);
      }
      applyPage(page, () => {
        if (page.hasMore) return;
        for (const [type, applier] of Object.entries(appliers)) applier.keepOnly?.(db, seen.get(type) ?? new Set());
        meta.set('sync.epoch', epoch);
        meta.set('sync.cursor', String(page.next));
      });
      after = page.next;
      count += page.changes.length;
      if (!page.hasMore) break;
    }
    for (const applier of Object.values(appliers)) applier.applied?.();
    return count;
  }

  return { pull: () => pullOn(meta.get('sync.epoch')) };
}

/** The client sets aside what its contract does not know; here each entry goes by its own name again. */
function readable(page: CloudChangePage): CloudChangePage {
  const changes = page.changes.map((change) => {
    if (!change.raw) return change;
    const { type, row } = change.raw;
    return { seq: change.seq, type: String(type), id: change.id, row };
  });
  return { ...page, changes };
}

/** A page must lie behind the cursor, in order, and lead on; anything else would lose changes or turn in a circle. */
function checkPage(page: CloudChangePage, after: number): void {
  let last = after;
  for (const { seq } of page.changes) {
    if (seq < last || seq <= after || seq > page.next)
      throw new AppError('cloud.refused', { reason: 'page-out-of-order' });
    last = seq;
  }
  if (page.next < after || (page.hasMore && page.next === after))
    throw new AppError('cloud.refused', { reason: 'cursor-does-not-advance' });
}
