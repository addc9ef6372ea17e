import type { Migration } from './migration.ts';

/**
 * Whose leads are, their notes, and why the cloud refused something.
 *
 * A lead's row is what the person sees: the cloud's row with this desk's unsent operations on it. What the operations were
 * stands in the outbox, so that a newer row of the cloud goes below them.
 */
export const leadsOfPeople: Migration = {
  id: 13,
  name: 'leads-of-people',
  up: (db) => {
    db.run('ALTER TABLE lead ADD COLUMN version INTEGER NOT NULL DEFAULT 0');
    db.run('ALTER TABLE lead ADD COLUMN owner_id TEXT');
    db.run('ALTER TABLE lead ADD COLUMN claimed_at INTEGER');
    db.run(`ALTER TABLE lead ADD COLUMN pool TEXT NOT NULL DEFAULT 'library'`);
    db.run('ALTER TABLE lead ADD COLUMN released_at INTEGER');
    db.run('ALTER TABLE lead ADD COLUMN release_reason TEXT');
    db.run('ALTER TABLE lead ADD COLUMN former_owner_id TEXT');
    db.run(`CREATE TABLE note (
      id TEXT PRIMARY KEY,
      lead_id TEXT NOT NULL,
      employee_id TEXT NOT NULL,
      employee_name TEXT NOT NULL,
      text TEXT NOT NULL,
      lost TEXT,
      created_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
    db.run('CREATE INDEX note_by_lead ON note (lead_id, created_at)');
    // What the op is about, in a person's words: when it is refused, its lead may not be here any more.
    db.run('ALTER TABLE outbox ADD COLUMN subject TEXT');
    db.run('ALTER TABLE outbox ADD COLUMN details TEXT');
    db.run('ALTER TABLE outbox ADD COLUMN rejected_at INTEGER');
  },
};
