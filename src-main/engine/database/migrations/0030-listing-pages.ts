import type { Migration } from './migration.ts';

/**
 * Entries of number lists as pages of two views, what bars now and what this person has asked for, found by their last digits
 * too. Each index holds all that its view narrows and orders by, so that a page deep in 200,000 entries reads no rows but its own.
 */
export const listingPages: Migration = {
  id: 30,
  name: 'listing-pages',
  up(db) {
    db.run(`ALTER TABLE listing ADD COLUMN number_reversed TEXT NOT NULL DEFAULT ''`);
    for (const { id, number } of db.all<{ id: string; number: string }>('SELECT id, number FROM listing'))
      db.run('UPDATE listing SET number_reversed = ? WHERE id = ?', [[...number].reverse().join(''), id]);
    db.run('CREATE INDEX listing_by_last_digits ON listing (number_reversed)');
    db.run(`CREATE INDEX listing_in_force ON listing (list, requested_at, id, expires_at) WHERE state = 'approved'`);
    db.run('CREATE INDEX listing_own ON listing (list, requested_at, id) WHERE own = 1');
  },
};
