import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { AppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { BulkWrites } from '../database/bulk-writes.ts';
import type { WritableDb } from '../database/handles.ts';
import type { Database } from '../database/open-database.ts';
import type { ChangeApplier, CloudChangeEntry } from './ports.ts';

export interface TakeDeps {
  readonly database: Pick<Database, 'write' | 'bulk'>;
  /** By the cloud's name for the type. */
  readonly appliers: { readonly [type: string]: ChangeApplier };
  readonly clock: Clock;
  readonly logger: Logger;
  /** Lets the loop do what else is waiting. */
  readonly pause: () => Promise<void>;
}

/** So long a slice may hold the loop that also serves F2, ms, before its commit; and so many rows while the clock stands. */
const sliceMs = 3;
const sliceRows = 256;
/** Between two looks at the clock. */
const stepRows = 8;
/** Windows read their lists again when they are told: more often would cost more than the pull itself. */
const tellMs = 1000;
/** Pages between two checkpoints of a long pull. */
const checkpointPages = 8;

/**
 * Hands the cloud's rows to their appliers, in slices: a slice is one transaction, the loop is free between two. What this
 * version cannot read is kept raw in `deferred_change` and offered again at the next start, when the desk may have been
 * updated.
 */
export class RowTaker implements Disposable {
  private readonly deps: TakeDeps;
  private readonly db: WritableDb;
  private readonly touched = new Set<string>();
  private toldAt = -Infinity;
  private bulk: BulkWrites | null = null;
  private pages = 0;
  private stopped = false;

  constructor(deps: TakeDeps) {
    this.deps = deps;
    this.db = deps.database.write;
  }

  /** From now to `end` no slice waits for the disk: a power cut repeats the last ones. */
  begin(): void {
    this.bulk ??= this.deps.database.bulk();
  }

  /**
   * @param atSlice inside each slice's transaction, with how many of the changes are taken by then
   * Rejects with `cancelled` after `dispose`, and with what an applier throws: then its slice is undone, those before stay.
   */
  async take(changes: readonly CloudChangeEntry[], atSlice: (taken: number) => void): Promise<void> {
    let taken = 0;
    do {
      // Not in the same turn as the reading of the page, or as another slice.
      if (changes.length > stepRows) await this.pause();
      const from = taken;
      taken = this.transaction(() => {
        const end = this.slice(changes, from);
        atSlice(end);
        return end;
      });
      this.tell(this.deps.clock.mono());
    } while (taken < changes.length);
    if (this.bulk && (this.pages += 1) % checkpointPages === 0) await this.checkpoint(this.bulk);
  }

  /** Rejects with `cancelled` after `dispose`. */
  async pause(): Promise<void> {
    await this.deps.pause();
    if (this.stopped) throw new AppError('cancelled');
  }

  /** The pull is over, whether it came to its end or not: whoever shows rows hears of the last ones. */
  async end(): Promise<void> {
    const { bulk } = this;
    if (bulk && !this.stopped) await bulk.checkpoint();
    if (this.stopped) return;
    bulk?.dispose();
    this.bulk = null;
    this.tell(Infinity);
  }

  dispose(): void {
    this.stopped = true;
    this.bulk?.dispose();
    this.bulk = null;
  }

  /** Whoever shows rows of these types hears of it at the end of the pull. */
  touch(types: readonly string[]): void {
    for (const type of types) this.touched.add(type);
  }

  /** What was kept raw goes to its applier once more: this version may read more than the one before. */
  async offerDeferred(): Promise<void> {
    for (const type of Object.keys(this.deps.appliers)) {
      const kept = this.db.all<{ id: string; seq: number; row: string }>(
        'SELECT id, seq, row FROM deferred_change WHERE type = ? ORDER BY seq',
        [type],
      );
      const entries = kept.map(({ id, seq, row }) => ({ type, id, seq, row: JSON.parse(row) as unknown }));
      if (entries.length > 0) await this.take(entries, () => undefined);
    }
  }

  /** As a slice: alone on the loop, and on the disk with those before it. */
  transaction<T>(work: () => T): T {
    return (this.bulk ?? this.db).transaction(work);
  }

  private async checkpoint(bulk: BulkWrites): Promise<void> {
    await bulk.checkpoint();
    if (this.stopped) throw new AppError('cancelled');
  }

  /** @returns where it ended */
  private slice(changes: readonly CloudChangeEntry[], from: number): number {
    const { clock } = this.deps;
    const until = clock.mono() + sliceMs;
    let at = from;
    while (at < changes.length && at - from < sliceRows) {
      const type = changes[at]?.type ?? '';
      let end = at + 1;
      while (end < changes.length && end - at < stepRows && changes[end]?.type === type) end += 1;
      this.apply(type, changes.slice(at, end));
      at = end;
      if (clock.mono() >= until) break;
    }
    return at;
  }

  private apply(type: string, changes: readonly CloudChangeEntry[]): void {
    const { appliers, logger } = this.deps;
    const rows = changes.map(({ id, row }) => ({ id, row }));
    const unreadable = new Set(appliers[type]?.apply(this.db, rows) ?? rows.map(({ id }) => id));
    this.touched.add(type);
    if (unreadable.size > 0) logger.log('warn', 'sync.deferred', { type, count: unreadable.size });
    // One look for all of them: mostly nothing is deferred, and a row would cost as much again.
    if (unreadable.size === 0 && !this.db.get('SELECT 1 FROM deferred_change LIMIT 1')) return;
    for (const { id, seq, row } of changes) {
      if (unreadable.has(id))
        this.db.run('INSERT OR REPLACE INTO deferred_change (type, id, seq, row) VALUES (?, ?, ?, ?)', [
          type,
          id,
          seq,
          JSON.stringify(row ?? null),
        ]);
      else this.db.run('DELETE FROM deferred_change WHERE type = ? AND id = ?', [type, id]);
    }
  }

  private tell(now: number): void {
    if (now - this.toldAt < tellMs) return;
    if (now !== Infinity) this.toldAt = now;
    for (const type of this.touched) this.deps.appliers[type]?.applied?.();
    this.touched.clear();
  }
}
