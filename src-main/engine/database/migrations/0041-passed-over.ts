import type { Migration } from './migration.ts';

/** When somebody in 批量外呼 was skipped, refused or put off, ms UTC. Who was before has no time. */
export const passedOver: Migration = {
  id: 41,
  name: 'passed-over',
  up(db) {
    db.run('ALTER TABLE dial_queue_entry ADD COLUMN passed_over_at INTEGER');
  },
};
