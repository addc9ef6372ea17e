import type { Migration } from './migration.ts';

/** Beside the journal, since calls of other desks have none here: JSON of `CallView.transferred`; null = not transferred. */
export const callTransfer: Migration = {
  id: 10,
  name: 'call-transfer',
  up: (db) => {
    db.run('ALTER TABLE call ADD COLUMN transferred TEXT');
    db.run(`UPDATE call SET transferred =
      (SELECT details FROM call_event WHERE call_id = call.id AND event = 'transferred' ORDER BY id DESC LIMIT 1)`);
  },
};
