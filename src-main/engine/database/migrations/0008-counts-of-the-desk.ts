import type { Migration } from './migration.ts';

/** The dials of a card are counted by the desk (cards-0001-dials.ts): nothing asks this table for them any more. */
export const countsOfTheDesk: Migration = {
  id: 8,
  name: 'counts-of-the-desk',
  up: (db) => {
    db.run('DROP INDEX call_by_card');
  },
};
