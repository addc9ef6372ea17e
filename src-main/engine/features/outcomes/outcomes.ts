import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { cloudOutcomeSet } from '#shared/cloud-contract/contract.ts';
import { outcomeSet } from '#shared/desk-contract/areas/outcomes.ts';
import { builtInOutcomes, type OutcomeSet } from '#shared/domain/outcome-set.ts';
import type { ReadableDb } from '../../database/handles.ts';
import type { ChangeApplier } from '../../sync/index.ts';

/** 话后结果 that the signed-in person chooses from, from the local database: offline they are what they were. */
export class DeskOutcomes {
  private readonly db: ReadableDb;
  private readonly changed = new Emitter<OutcomeSet>();
  private set: OutcomeSet;

  constructor(db: ReadableDb) {
    this.db = db;
    this.set = outcomesIn(db);
  }

  current(): OutcomeSet {
    return this.set;
  }

  onChange(listener: (set: OutcomeSet) => void): Disposable {
    return this.changed.on(listener);
  }

  readonly applier: ChangeApplier = {
    apply: (db, changes) => {
      const unread: string[] = [];
      for (const { id, row } of changes) {
        const parsed = cloudOutcomeSet.safeParse(row);
        if (row === null) db.run('DELETE FROM outcome_set WHERE id = ?', [id]);
        else if (!parsed.success) unread.push(id);
        else {
          const { mustChoose, outcomes } = parsed.data;
          const told = JSON.stringify({ mustChoose, outcomes });
          db.run('INSERT OR REPLACE INTO outcome_set (id, outcomes) VALUES (?, ?)', [id, told]);
        }
      }
      return unread;
    },
    applied: () => this.refresh(),
    known: (db, after, limit) =>
      db
        .all<{ id: string }>('SELECT id FROM outcome_set WHERE id > ? ORDER BY id LIMIT ?', [after, limit])
        .map(({ id }) => id),
  };

  private refresh(): void {
    const next = outcomesIn(this.db);
    if (JSON.stringify(next) === JSON.stringify(this.set)) return;
    this.set = next;
    this.changed.emit(next);
  }
}

/** As the company has told last. */
export function outcomesIn(db: ReadableDb): OutcomeSet {
  const found = db.get<{ outcomes: string }>('SELECT outcomes FROM outcome_set LIMIT 1');
  return found ? outcomeSet.parse(JSON.parse(found.outcomes)) : builtInOutcomes;
}
