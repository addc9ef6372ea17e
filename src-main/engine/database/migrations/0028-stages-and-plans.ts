import type { Migration } from './migration.ts';

/**
 * 阶段, 标签, 其他联系人 and 下次跟进 of leads, and what happened to them among their notes. Most leads have none of it: NULL
 * is what a lead is as it came.
 */
export const stagesAndPlans: Migration = {
  id: 28,
  name: 'stages-and-plans',
  up: (db) => {
    const there = (name: string): boolean =>
      db.get(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?`, [name]) !== undefined;
    // A reading that is under way goes on.
    for (const table of ['lead', 'next_lead'].filter(there))
      for (const column of [
        'stage TEXT',
        'tags TEXT',
        'contacts TEXT',
        'next_follow_up_at INTEGER',
        'next_follow_up_note TEXT',
      ])
        // prettier-ignore
        db.run(`ALTER TABLE ${table} ADD COLUMN ${column}`);
    for (const table of ['note', 'next_note'].filter(there)) db.run(`ALTER TABLE ${table} ADD COLUMN event TEXT`);
    db.run('CREATE INDEX lead_by_follow_up ON lead (owner_id, next_follow_up_at) WHERE next_follow_up_at IS NOT NULL');
    db.run('CREATE INDEX lead_with_contacts ON lead (created_at) WHERE contacts IS NOT NULL');
  },
};
