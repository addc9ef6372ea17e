import type { WritableDb } from '../database/handles.ts';
import type { KeyValueStore } from '../database/key-value.ts';
import { seenTable } from '../database/next-generation.ts';
import { generationFacts } from './generation.ts';
import type { ChangeApplier, CloudChangeEntry } from './ports.ts';
import type { RowTaker } from './take-rows.ts';

interface Deps {
  readonly db: WritableDb;
  readonly meta: KeyValueStore;
  readonly taker: RowTaker;
  readonly appliers: { readonly [type: string]: ChangeApplier };
}

const idsAtOnce = 500;
/** In one transaction: each is a look and a line in the outbox. */
const sentAgainAtOnce = 32;

/**
 * What another generation brings along for the loop: the desk's own work goes on top of it, rows of the small kinds go to
 * their appliers, what a restored cloud has lost goes out again. Each step can be repeated; until all are done the fact
 * that there was a swap stands in the database, and the next pull, or the next start, goes on.
 */
export class AfterSwap {
  private readonly deps: Deps;

  constructor(deps: Deps) {
    this.deps = deps;
  }

  get isDue(): boolean {
    return this.deps.meta.get(generationFacts.swapped) !== undefined;
  }

  async run(): Promise<void> {
    const { meta, taker, appliers, db } = this.deps;
    const whole = meta.get(generationFacts.swapped) === 'whole';
    const steps = [
      () => taker.transaction(() => Object.values(appliers).forEach((applier) => applier.swapped?.(db))),
      () => taker.offerDeferred(),
      ...(whole ? [() => this.forgetUnknown(), () => this.sendAgain()] : []),
      () => meta.remove(generationFacts.swapped),
    ];
    for (const step of steps) {
      // Each is short, and most wait for the disk or read the new schema: not all of them in one turn of the loop.
      await taker.pause();
      await step();
    }
    taker.touch(Object.keys(appliers));
  }

  private async forgetUnknown(): Promise<void> {
    const { db, taker, appliers } = this.deps;
    for (const [type, applier] of Object.entries(appliers))
      for await (const ids of this.pages(
        (after) => applier.known?.(db, after, idsAtOnce),
        (id) => id,
      )) {
        const gone = ids.filter((id) => !this.wasSeen(type, id));
        await taker.take(gone.map((id): CloudChangeEntry => ({ seq: 0, type, id, row: null })), () => undefined); // prettier-ignore
      }
  }

  /** What this desk had sent and a restored cloud does not have. */
  private async sendAgain(): Promise<void> {
    const { db, taker, appliers } = this.deps;
    for (const applier of Object.values(appliers))
      for await (const own of this.pages(
        (after) => applier.own?.(db, after, idsAtOnce),
        ({ id }) => id,
      )) {
        const lost = own.filter((row) => row.lost).map(({ id }) => id);
        for (let at = 0; at < lost.length; at += sentAgainAtOnce) {
          await taker.pause();
          taker.transaction(() => applier.sendAgain?.(db, lost.slice(at, at + sentAgainAtOnce)));
        }
      }
  }

  private wasSeen(type: string, id: string): boolean {
    return this.deps.db.get(`SELECT 1 FROM ${seenTable} WHERE type = ? AND id = ?`, [type, id]) !== undefined;
  }

  /** A list in the order of its ids, some at a time; the loop is free between two. */
  private async *pages<T>(
    list: (after: string) => readonly T[] | undefined,
    idOf: (row: T) => string,
  ): AsyncGenerator<readonly T[]> {
    for (let after: string | undefined = ''; after !== undefined;) {
      const rows: readonly T[] = list(after) ?? [];
      if (rows.length > 0) yield rows;
      const last = rows.at(-1);
      after = last === undefined ? undefined : idOf(last);
      if (after !== undefined) await this.deps.taker.pause();
    }
  }
}
