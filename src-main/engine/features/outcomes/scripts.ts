import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import { cloudScript } from '#shared/cloud-contract/contract.ts';
import type { EngineContext } from '../../context.ts';
import type { ReadableDb } from '../../database/handles.ts';
import type { ChangeApplier } from '../../sync/index.ts';

interface Titles {
  readonly rev: number;
  readonly scripts: { id: string; title: string }[];
}

/** 通话话术 of the company, from the local database. */
export class DeskScripts {
  private readonly db: ReadableDb;
  private readonly changed = new Emitter<Titles>();
  private rev: number;

  constructor(context: Pick<EngineContext, 'clock'>, db: ReadableDb) {
    this.db = db;
    // A window may outlive an engine: a start above every number it has seen tells it to look again.
    this.rev = context.clock.now();
  }

  /** In their order. */
  titles(): Titles {
    return { rev: this.rev, scripts: this.db.all('SELECT id, title FROM call_script ORDER BY position, id') };
  }

  /** @throws AppError `not-found` */
  get(id: string): { id: string; title: string; text: string } {
    const found = this.db.get<{ id: string; title: string; text: string }>(
      'SELECT id, title, text FROM call_script WHERE id = ?',
      [id],
    );
    if (!found) throw new AppError('not-found');
    return found;
  }

  onChange(listener: (titles: Titles) => void): Disposable {
    return this.changed.on(listener);
  }

  readonly applier: ChangeApplier = {
    apply: (db, changes) => {
      const unread: string[] = [];
      for (const { id, row } of changes) {
        const parsed = cloudScript.safeParse(row);
        if (row === null) db.run('DELETE FROM call_script WHERE id = ?', [id]);
        else if (!parsed.success) unread.push(id);
        else {
          const { title, text, position } = parsed.data;
          db.run('INSERT OR REPLACE INTO call_script (id, title, text, position) VALUES (?, ?, ?, ?)', [id, title, text, position]); // prettier-ignore
        }
      }
      return unread;
    },
    applied: () => {
      this.rev += 1;
      this.changed.emit(this.titles());
    },
    known: (db, after, limit) =>
      db
        .all<{ id: string }>('SELECT id FROM call_script WHERE id > ? ORDER BY id LIMIT ?', [after, limit])
        .map(({ id }) => id),
  };
}
