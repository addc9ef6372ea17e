import type { CloudLead } from '#shared/cloud-contract/contract.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';

/** Numbers of the other contacts of leads, by which a caller is known. Written with each lead, inside the caller's transaction. */
export function putContactPhones(db: WritableDb, { id, contacts = [] }: Pick<CloudLead, 'id' | 'contacts'>): void {
  for (const { phone } of contacts)
    if (phone !== '') db.run('INSERT OR IGNORE INTO lead_contact (lead_id, phone) VALUES (?, ?)', [id, phone]);
}

export const forgetContactPhones = (db: WritableDb, leadId: string): void =>
  void db.run('DELETE FROM lead_contact WHERE lead_id = ?', [leadId]);

/** The newest lead that has this number, E.164, among its other contacts. */
export const leadOfContact = (db: ReadableDb, e164: string): string | undefined =>
  db.get<{ id: string }>(
    `SELECT lead.id FROM lead_contact AS k JOIN lead ON lead.id = k.lead_id WHERE k.phone = ?
     ORDER BY lead.created_at DESC LIMIT 1`,
    [e164],
  )?.id;

/** Which companies have these numbers among their other contacts; of several the newest comes last. */
export const companiesOfContacts = (
  db: ReadableDb,
  numbers: readonly string[],
): { readonly phone: string; readonly companyName: string }[] =>
  db.all(
    `SELECT k.phone, lead.company_name AS companyName FROM lead_contact AS k JOIN lead ON lead.id = k.lead_id
     WHERE k.phone IN (SELECT value FROM json_each(?)) ORDER BY lead.created_at`,
    [JSON.stringify(numbers)],
  );
