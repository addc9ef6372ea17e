import { dropIndex } from './0024-short-indexes.ts';
import type { Migration } from './migration.ts';

/**
 * Lists of leads are found in columns in memory (docs/decisions/0023-lists-in-memory.md): the database keeps the rows, and an index
 * where one of them is asked for. Five indexes and the text index were two thirds of what a first pull wrote.
 */
export const listsInMemory: Migration = {
  id: 25,
  name: 'lists-in-memory',
  up: (db) => {
    for (const name of ['created', 'name', 'contact', 'capital', 'phone']) dropIndex(db, `lead_by_${name}`);
    for (const name of ['time', 'outcome']) dropIndex(db, `lead_activity_by_${name}`);
    // A reading that is under way has one too, and a swap whose cleaning was cut; nothing else would take them away now.
    for (const name of ['lead_search', 'next_lead_search', 'old_lead_search']) db.run(`DROP TABLE IF EXISTS ${name}`);
    db.run('ALTER TABLE lead DROP COLUMN search_text');
    db.run('ALTER TABLE lead DROP COLUMN phone_reversed');
    db.run('CREATE INDEX lead_by_phone ON lead (phone) WHERE phone IS NOT NULL');
  },
};
