import { dropIndex } from './0024-short-indexes.ts';
import type { Migration } from './migration.ts';

/**
 * Whose number is whose among the other contacts of leads. A caller whom nobody knows was looked for in every lead that has
 * contacts, and since imports bring them that may be all.
 */
export const contactPhones: Migration = {
  id: 42,
  name: 'contact-phones',
  up(db) {
    db.run(`CREATE TABLE lead_contact (
      lead_id TEXT NOT NULL,
      phone TEXT NOT NULL,
      PRIMARY KEY (lead_id, phone)
    ) STRICT, WITHOUT ROWID`);
    db.run(`INSERT OR IGNORE INTO lead_contact SELECT lead.id, one.value ->> 'phone' FROM lead, json_each(contacts) AS one
      WHERE contacts IS NOT NULL AND one.value ->> 'phone' <> ''`);
    db.run('CREATE INDEX lead_contact_by_phone ON lead_contact (phone)');
    dropIndex(db, 'lead_with_contacts');
  },
};
