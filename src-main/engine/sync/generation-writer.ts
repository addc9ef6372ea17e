import { AppError } from '#shared/base/errors.ts';
import type { WritableDb } from '../database/handles.ts';
import { createKeyValueStore, type KeyValueStore } from '../database/key-value.ts';
import { NextGeneration, onNext, seenTable, type GenerationTable } from '../database/next-generation.ts';
import type { WriteTurn } from '../database/write-turn.ts';
import { checkPage, missingIn, plainEntries, readChangePage } from './change-page.ts';
import {
  generationFacts as facts,
  nothingRead,
  type GenerationWriter,
  type PageFacts,
  type Standing,
} from './generation.ts';
import type { CloudChangeEntry } from './ports.ts';

/** What the cloud's rows of a desk are, and who writes them. */
export interface GenerationRows {
  readonly tables: readonly GenerationTable[];
  /** By the cloud's name of the type. What has no writer here is kept for the loop, in `deferred_change`. */
  readonly writers: { readonly [type: string]: GenerationWriter };
  /**
   * Of a history that lacks numbers: these rows are in use and were not seen in it, and they stay. @param next writes into
   * the next generation, @param used reads the one in use
   */
  readonly keep: { readonly [type: string]: Keeper };
  /** The desk's own rows of these types are looked for in the new history (ChangeApplier.lost). */
  readonly watched: ReadonlySet<string>;
}

export interface Keeper {
  ids(used: WritableDb, after: string, limit: number): readonly string[];
  keep(next: WritableDb, used: WritableDb, id: string): void;
}

export interface WriterDeps {
  /** A connection of this thread's own. */
  readonly db: WritableDb;
  readonly turn: WriteTurn;
  readonly rows: GenerationRows;
  /** Monotonic, ms. */
  readonly now: () => number;
}

type KeptStanding = Standing & { readonly schema: number };

/**
 * So long a transaction may be, ms, where nobody waits: the longer, the fewer times the same pages are written. Whoever
 * waits gets its turn behind the row that is being written.
 */
const holdMs = 40;
/** Transactions between two copyings of the WAL into the database. */
const checkpointEvery = 12;
const copiedAtOnce = 100;
const cleanedAtOnce = 200;
const keptAtOnce = 50;

/** Reads a new generation into its tables, synchronously: on a thread of its own (generation-worker.ts). */
export class GenerationBuilder {
  private readonly deps: WriterDeps;
  private readonly db: WritableDb;
  private readonly next: WritableDb;
  private readonly meta: KeyValueStore;
  private readonly generation: NextGeneration;
  private standing = nothingRead;
  private page: { readonly changes: readonly CloudChangeEntry[]; readonly facts: PageFacts } | null = null;
  /** Of which something was kept raw; null = not known. Mostly there is little, and a look for each row would cost as much again. */
  private deferred: Set<string> | null = null;
  private transactions = 0;

  constructor(deps: WriterDeps) {
    const { tables } = deps.rows;
    this.deps = deps;
    this.db = deps.db;
    this.next = onNext(deps.db, tables);
    this.meta = createKeyValueStore(deps.db);
    this.generation = new NextGeneration(deps.db, tables);
  }

  begin(): Standing {
    const kept = JSON.parse(this.meta.get(facts.standing) ?? 'null') as KeptStanding | null;
    // Another version of this program may have other tables, and another idea of what it can read.
    if (!kept || kept.schema !== this.schema() || !this.generation.exists) return this.restart();
    this.clean();
    // What a version of before did not keep is as if there had been none.
    const { epoch, after, whole, floor = 0, rows = 0, share = null } = kept;
    return (this.standing = { epoch, after, floor, whole, rows, share });
  }

  restart(): Standing {
    this.page = null;
    this.write(() => {
      this.generation.discard();
      this.meta.remove(facts.standing);
      return false;
    });
    this.clean();
    this.write(() => {
      const number = Number(this.meta.get(facts.number) ?? 0) + 1;
      this.meta.set(facts.number, String(number));
      this.generation.create(number);
      return false;
    });
    for (const table of this.deps.rows.tables) {
      let after: number | null = 0;
      this.write(() => (after = this.generation.copyOwn(table, after ?? 0, copiedAtOnce)) !== null);
    }
    this.deferred = new Set();
    this.write(() => (this.stand(nothingRead), false));
    return this.standing;
  }

  look(parts: readonly Uint8Array[], after: number): PageFacts {
    const page = readChangePage(parse(parts));
    // A counter that went back: another history, whose numbers are in no order with ours.
    if (page.next >= after) checkPage(page, after);
    const { epoch, next, hasMore, floor = 0, head = null } = page;
    const changes = plainEntries(page.changes);
    const looked: PageFacts = { epoch, next, hasMore, rows: changes.length, missing: missingIn(page, after), floor, head }; // prettier-ignore
    this.page = { changes, facts: looked };
    return looked;
  }

  take(): Standing {
    if (!this.page) throw new Error('no page was looked at');
    const { changes, facts: of } = this.page;
    this.page = null;
    const before = this.standing;
    const whole = before.whole && of.missing === 0;
    const floor = before.after === 0 ? of.floor : before.floor;
    const begun = { ...before, epoch: of.epoch, floor, whole };
    let at = 0;
    this.write(
      () => {
        const change = changes[at];
        if (change) this.put(change);
        at += 1;
        if (at < changes.length) return true;
        this.stand({ ...begun, after: of.next, rows: before.rows + changes.length, share: shareBehind(of, before) });
        return false;
      },
      () => at < changes.length && this.stand({ ...begun, after: changes[at - 1]?.seq ?? 0, rows: before.rows + at }),
    );
    return this.standing;
  }

  swap(): void {
    const { epoch, after, whole } = this.standing;
    if (epoch === undefined) throw new Error('nothing was read');
    if (!whole) this.keepUnseen();
    this.checkpoint();
    this.write(() => {
      this.generation.swap();
      this.meta.remove(facts.standing);
      this.meta.remove('sync.holed');
      this.meta.set('sync.epoch', epoch);
      this.meta.set('sync.cursor', String(after));
      this.meta.set(facts.swapped, whole ? 'whole' : 'holed');
      return false;
    });
    this.checkpoint();
  }

  clean(): void {
    this.write(() => this.generation.clean(cleanedAtOnce));
  }

  private put({ seq, type, id, row }: CloudChangeEntry): void {
    const { writers, watched } = this.deps.rows;
    const writer = writers[type];
    if (!writer || watched.has(type) || row === null)
      this.db.run(`INSERT OR REPLACE INTO ${seenTable} (type, id, rev, gone) VALUES (?, ?, ?, ?)`, [
        type,
        id,
        revOf(row),
        row === null ? 1 : 0,
      ]);
    const unread = writer ? writer(this.next, [{ id, row }]).length > 0 : true;
    if (unread) {
      this.deferred?.add(type);
      this.next.run('INSERT OR REPLACE INTO deferred_change (type, id, seq, row) VALUES (?, ?, ?, ?)', [
        type,
        id,
        seq,
        JSON.stringify(row ?? null),
      ]);
    } else if (this.deferred?.has(type) ?? true)
      this.next.run('DELETE FROM deferred_change WHERE type = ? AND id = ?', [type, id]);
  }

  /** Numbers are missing in the cloud's own stream: what stood behind them is nobody's to take away. */
  private keepUnseen(): void {
    for (const [type, keeper] of Object.entries(this.deps.rows.keep)) {
      let after: string | undefined = '';
      this.write(() => {
        const ids: readonly string[] = keeper.ids(this.db, after ?? '', keptAtOnce);
        for (const id of ids)
          if (!this.db.get(`SELECT 1 FROM ${seenTable} WHERE type = ? AND id = ? AND gone = 1`, [type, id]))
            keeper.keep(this.next, this.db, id);
        return (after = ids.at(-1)) !== undefined;
      });
    }
  }

  private stand(standing: Standing): void {
    this.standing = standing;
    const kept: KeptStanding = { ...standing, schema: this.schema() };
    this.meta.set(facts.standing, JSON.stringify(kept));
  }

  private schema(): number {
    return this.db.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
  }

  /**
   * Runs a step as long as it says that there is another one, in transactions that make way for the loop.
   * @param atCommit in each transaction that ends before the last step
   */
  private write(step: () => boolean, atCommit?: () => unknown): void {
    const { turn, now } = this.deps;
    for (let more = true; more;) {
      turn.giveWay();
      more = this.db.transaction(() => {
        const until = now() + holdMs;
        while (step()) {
          if (now() < until && !turn.wanted) continue;
          atCommit?.();
          return true;
        }
        return false;
      });
      this.transactions += 1;
      if (this.transactions % checkpointEvery === 0) this.checkpoint();
    }
  }

  /** Waits for nobody, and nobody waits for it. What the WAL holds unwritten, the loop's next commit would have to write. */
  private checkpoint(): void {
    this.db.get('PRAGMA wal_checkpoint(PASSIVE)');
  }
}

/** Behind this page. The counter grows while everything is read: then it stands still for a while, and does not go back. */
const shareBehind = ({ next, head }: PageFacts, { share }: Standing): number | null =>
  head === null || head === 0 ? share : Math.max(share ?? 0, Math.min(1, next / head));

function parse(parts: readonly Uint8Array[]): unknown {
  try {
    return JSON.parse(Buffer.concat(parts).toString()) as unknown;
  } catch (error) {
    throw new AppError('cloud.refused', { reason: 'reply' }, error);
  }
}

const revOf = (row: unknown): number | null => {
  const rev = typeof row === 'object' && row !== null && 'rev' in row ? row.rev : null;
  return typeof rev === 'number' && Number.isSafeInteger(rev) ? rev : null;
};
