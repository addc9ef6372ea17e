import type { Migration } from './migration.ts';

/** 主叫号码 that a call was to show, beside the journal, since calls of other desks have none here; null = none, or hidden. */
export const callCallerId: Migration = {
  id: 12,
  name: 'call-caller-id',
  up: (db) => {
    db.run('ALTER TABLE call ADD COLUMN caller_id TEXT');
    db.run(`UPDATE call SET caller_id =
      (SELECT json_extract(details, '$.callerId') FROM call_event
        WHERE call_id = call.id AND event = 'placed' AND json_extract(details, '$.numberHidden') IS NULL
        ORDER BY id LIMIT 1)`);
  },
};
