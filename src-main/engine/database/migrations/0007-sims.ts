import type { Migration } from './migration.ts';

/**
 * Calls belong to the card that made them, not to the slot that it sat in (research/hardware case 33). `call.iccid` is the
 * card's ICCID, `slot:n` where the phone could not tell which card it was, and null for emergency calls, calls of other
 * desks and those before this version: none of these is counted. `sim` is what is known of a card beyond what it tells itself;
 * `caps` (JSON) are its own ones for the kind `custom`, `roaming_consent` null = never asked.
 */
export const sims: Migration = {
  id: 7,
  name: 'sims',
  up: (db) => {
    db.run('ALTER TABLE call ADD COLUMN iccid TEXT');
    // All that the governor reads of a call: five cards must not cost the dial anything that is felt.
    db.run(`CREATE INDEX call_by_card
      ON call (iccid, started_at, alerting_at, answered_at, ended_at, talk_ms, end_cause)
      WHERE made_here = 1 AND direction = 'outbound'`);
    db.run('DROP INDEX call_by_slot');
    db.run(`CREATE TABLE sim (
      iccid TEXT PRIMARY KEY,
      label TEXT,
      own_number TEXT,
      kind TEXT NOT NULL DEFAULT 'default' CHECK (kind IN ('default', 'ordinary', 'telesales', 'custom')),
      caps TEXT,
      roaming_consent INTEGER,
      first_seen_at INTEGER NOT NULL,
      last_seen_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
  },
};
