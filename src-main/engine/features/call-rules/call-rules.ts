import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { cloudCallRules } from '#shared/cloud-contract/contract.ts';
import { callRulesArea } from '#shared/desk-contract/areas/call-rules.ts';
import type { CallRules } from '#shared/domain/call-rules.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';
import type { ChangeApplier } from '../../sync/index.ts';

/** Without what only the cloud says of them. */
const schema = callRulesArea.streams['callRules.current'].item;

/** 通话规则 that hold for the signed-in person, from the local database: offline they are what they were. */
export class DeskCallRules {
  private readonly db: ReadableDb;
  private readonly fallback: CallRules;
  private readonly changed = new Emitter<CallRules>();
  private rules: CallRules;

  /** @param fallback while the company has said nothing */
  constructor(db: ReadableDb, fallback: CallRules) {
    this.db = db;
    this.fallback = fallback;
    this.rules = this.read();
  }

  current(): CallRules {
    return this.rules;
  }

  onChange(listener: (rules: CallRules) => void): Disposable {
    return this.changed.on(listener);
  }

  readonly applier: ChangeApplier = {
    apply: (db, changes) => {
      const unread: string[] = [];
      for (const { id, row } of changes) {
        const parsed = cloudCallRules.safeParse(row);
        if (row === null) db.run('DELETE FROM call_rules WHERE id = ?', [id]);
        else if (!parsed.success) unread.push(id);
        else putRules(db, parsed.data.id, parsed.data.departmentId, schema.parse(parsed.data));
      }
      return unread;
    },
    applied: () => this.refresh(),
    known: (db, after, limit) =>
      db
        .all<{ id: string }>('SELECT id FROM call_rules WHERE id > ? ORDER BY id LIMIT ?', [after, limit])
        .map(({ id }) => id),
  };

  private refresh(): void {
    const next = this.read();
    if (JSON.stringify(next) === JSON.stringify(this.rules)) return;
    this.rules = next;
    this.changed.emit(next);
  }

  /** The department's before the company's: the cloud shows nobody another department's. */
  private read(): CallRules {
    const found = this.db.get<{ rules: string }>(
      'SELECT rules FROM call_rules ORDER BY department_id IS NULL, id LIMIT 1',
    );
    return found ? schema.parse(JSON.parse(found.rules)) : this.fallback;
  }
}

function putRules(db: WritableDb, id: string, departmentId: string | null, rules: CallRules): void {
  db.run('INSERT OR REPLACE INTO call_rules (id, department_id, rules) VALUES (?, ?, ?)', [
    id,
    departmentId,
    JSON.stringify(rules),
  ]);
}
