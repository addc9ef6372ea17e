import type { Migration } from './migration.ts';

/**
 * 阶段, 标签, 其他联系人 and 下次跟进 of leads, and what happened to them among their notes. Most leads have none of it: NULL
 * is what a lead is as it came.
 */
export const stagesAndPlans: Migration = {
  id: 28,
  name: 'stages-and-plans',
  up: (db) => {
    for (const column of ['stage', 'tags', 'contacts']) db.run(`ALTER TABLE lead ADD COLUMN ${column} TEXT`);
    db.run('ALTER TABLE lead ADD COLUMN next_follow_up_at INTEGER');
    db.run('ALTER TABLE lead ADD COLUMN next_follow_up_note TEXT');
    db.run('ALTER TABLE note ADD COLUMN event TEXT');
    db.run('CREATE INDEX lead_by_follow_up ON lead (owner_id, next_follow_up_at) WHERE next_follow_up_at IS NOT NULL');
    db.run('CREATE INDEX lead_with_contacts ON lead (created_at) WHERE contacts IS NOT NULL');
  },
};
