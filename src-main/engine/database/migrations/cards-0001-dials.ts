import type { Migration } from './migration.ts';

/**
 * Of the desk, not of a person: what the SIM governor looks at, one row per dial, by the key of the card (`call.iccid` in
 * the person's database: an ICCID, or `slot:n`). No number and no person is in it. `cause` null = it runs, or nobody has
 * told its end.
 */
export const cardDials: Migration = {
  id: 1,
  name: 'card-dials',
  up: (db) => {
    db.run(`CREATE TABLE card_dial (
      call_id TEXT PRIMARY KEY,
      card TEXT NOT NULL,
      dialled_at INTEGER NOT NULL,
      alerted INTEGER NOT NULL,
      answered INTEGER NOT NULL,
      talk_ms INTEGER NOT NULL,
      ended_at INTEGER,
      cause TEXT
    ) STRICT, WITHOUT ROWID`);
    // All that a verdict reads: five cards must not cost the dial anything that is felt.
    db.run(`CREATE INDEX card_dial_by_card
      ON card_dial (card, dialled_at, alerted, answered, talk_ms, ended_at, cause)`);
  },
};
