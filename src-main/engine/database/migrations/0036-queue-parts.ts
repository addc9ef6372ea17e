import type { Migration } from './migration.ts';

/**
 * Whom 批量外呼 calls, as they went in: one row for all that were added at once, a list of lead ids (JSON) whose first stands at
 * that position. `dial_queue_entry` has a row of each one with whom something has happened since; state `removed` is one who was taken out again.
 * So a queue of five thousand is made by one small write.
 */
export const queueParts: Migration = {
  id: 36,
  name: 'queue-parts',
  up: (db) => {
    db.run(`CREATE TABLE dial_queue_part (
      first_position INTEGER PRIMARY KEY,
      lead_ids TEXT NOT NULL
    ) STRICT`);
  },
};
