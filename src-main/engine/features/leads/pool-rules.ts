import { cloudPoolRules } from '#shared/cloud-contract/contract.ts';
import { companyPoolRules } from '#shared/desk-contract/areas/company.ts';
import {
  claimLock,
  defaultPoolRules,
  poolStanding,
  recycleAt,
  type ClaimLock,
  type LeadOnOffer,
  type LeadUse,
  type PoolRules,
  type PoolStanding,
} from '#shared/domain/pool-rules.ts';
import type { ReadableDb } from '../../database/handles.ts';
import type { ChangeApplier } from '../../sync/index.ts';

const dayMs = 86_400_000;

/** 公海规则 that hold for the signed-in person, from the local database: offline they are what they were. */
export class DeskPoolRules {
  private readonly db: ReadableDb;
  private readonly changed: () => void;
  /** Null = nobody has said anything; undefined = not read yet. */
  private rules: PoolRules | null | undefined;

  /** @param changed other rules hold now, and are committed */
  constructor(db: ReadableDb, changed: () => void) {
    this.db = db;
    this.changed = changed;
  }

  /** Null = nobody has said anything. */
  get now(): PoolRules | null {
    if (this.rules === undefined) this.rules = this.read();
    return this.rules;
  }

  /**
   * When a lead of this person's goes back to the pool, if the rule says to warn of it by now; null = nothing to say. What
   * colleagues do to the lead is not all here, so that the cloud may take it later than this says, and not earlier.
   */
  warningFor(use: LeadUse, now: number): number | null {
    const rules = this.now;
    const at = rules && recycleAt(rules, use);
    return at !== null && at - now <= (rules?.warnDays ?? 0) * dayMs ? at : null;
  }

  /** What the rule means for a lead of this person's. */
  standing(use: LeadUse, now: number): PoolStanding {
    return poolStanding(this.now ?? defaultPoolRules, use, now);
  }

  /** What keeps this person from claiming it. By this PC's clock; the cloud decides by its own. */
  lockFor(lead: LeadOnOffer, now: number): ClaimLock | null {
    return claimLock(this.now ?? defaultPoolRules, lead, now);
  }

  readonly applier: ChangeApplier = {
    apply: (db, changes) => {
      const unread: string[] = [];
      for (const { id, row } of changes) {
        const parsed = cloudPoolRules.safeParse(row);
        if (row === null) db.run('DELETE FROM pool_rules WHERE id = ?', [id]);
        else if (!parsed.success) unread.push(id);
        else
          db.run('INSERT OR REPLACE INTO pool_rules (id, department_id, rules) VALUES (?, ?, ?)', [
            parsed.data.id,
            parsed.data.departmentId,
            JSON.stringify(companyPoolRules.parse(parsed.data)),
          ]);
      }
      return unread;
    },
    applied: () => {
      this.rules = undefined;
      this.changed();
    },
    known: (db, after, limit) =>
      db
        .all<{ id: string }>('SELECT id FROM pool_rules WHERE id > ? ORDER BY id LIMIT ?', [after, limit])
        .map(({ id }) => id),
  };

  /** The department's before the company's: the cloud shows nobody another department's. */
  private read(): PoolRules | null {
    const found = this.db.get<{ rules: string }>(
      'SELECT rules FROM pool_rules ORDER BY department_id IS NULL, id LIMIT 1',
    );
    return found ? companyPoolRules.parse(JSON.parse(found.rules)) : null;
  }
}
