import type { CloudLead } from '#shared/cloud-contract/contract.ts';
import type { LeadQuery, LeadRow } from '#shared/desk-contract/areas/leads.ts';
import { recycledReason, type LeadUse } from '#shared/domain/pool-rules.ts';
import type { NumberCheck, Outcome } from '#shared/domain/vocabulary.ts';
import type { ReadableDb, SqlValue, WritableDb } from '../../database/handles.ts';
import { countSql, leadFilter, pageSql, type LeadFilter } from './lead-query.ts';
import { bigramsOf, reversedDigits, searchText } from './search-text.ts';

export type LeadDetails = LeadRow & {
  address: string | null;
  legalPerson: string | null;
  createdAt: number;
  recycledAt: number | null;
};

/** When a lead will be taken back, where that is to be said (pool-rules.ts). */
export type RecycleWarning = (use: LeadUse) => number | null;

interface StoredLead {
  id: string;
  companyName: string;
  contactName: string | null;
  contactTitle: string | null;
  phone: string | null;
  numberCheck: NumberCheck;
  region: string | null;
  industry: string | null;
  address: string | null;
  legalPerson: string | null;
  registeredCapital: number | null;
  sample: number;
  createdAt: number;
  lastCallAt: number | null;
  lastCallAnswered: number | null;
  lastOutcome: Outcome | null;
  callCount: number;
  ownerId: string | null;
  claimedAt: number | null;
  releasedAt: number | null;
  releaseReason: string | null;
}

const columns = `l.id, l.company_name AS companyName, l.contact_name AS contactName, l.contact_title AS contactTitle,
  l.phone, l.number_check AS numberCheck, l.region, l.industry, l.address, l.legal_person AS legalPerson,
  l.registered_capital AS registeredCapital, l.sample, l.created_at AS createdAt, a.last_call_at AS lastCallAt,
  a.last_call_answered AS lastCallAnswered, a.last_outcome AS lastOutcome, coalesce(a.call_count, 0) AS callCount,
  l.owner_id AS ownerId, l.claimed_at AS claimedAt, l.released_at AS releasedAt, l.release_reason AS releaseReason`;
const withActivity = 'LEFT JOIN lead_activity a ON a.lead_id = l.id';

/** Above so many hits a page is found by walking along the sort order (lead-query.ts). Measured on 100,000 leads. */
const manyHits = 5000;

export interface LeadWindow {
  readonly offset: number;
  readonly limit: number;
}

export function countLeads(db: ReadableDb, query: Pick<LeadQuery, 'search' | 'view'>): number {
  const filter = leadFilter(query);
  return db.get<{ total: number }>(countSql(filter), filter.params)?.total ?? 0;
}

/**
 * @param total of the same query: decides how the page is found
 * @param mine whose leads are warned of
 */
export function pageOfLeads(
  db: ReadableDb,
  query: LeadQuery,
  total: number,
  window: LeadWindow,
  mine: Mine,
): LeadRow[] {
  const filter: LeadFilter = leadFilter(query);
  const sql = pageSql(filter, query, total > manyHits);
  const numbers = db.all<{ number: number }>(sql, { ...filter.params, ...window }).map((row) => row.number);
  return db
    .all<StoredLead>(
      `SELECT ${columns} FROM json_each(?) AS page JOIN lead l ON l.rowid = page.value ${withActivity} ORDER BY page.key`,
      [JSON.stringify(numbers)],
    )
    .map((stored) => toRow(stored, recycleWarning(db, stored, mine)));
}

/** Whose the desk is, and what it says of their leads. */
export interface Mine {
  readonly id: string;
  readonly warn: RecycleWarning;
}

function recycleWarning(db: ReadableDb, { id, ownerId, claimedAt, createdAt, lastOutcome }: StoredLead, mine: Mine) {
  // Claimed here and not there yet: its days have not begun.
  if (ownerId !== mine.id || claimedAt === null) return null;
  return mine.warn({ createdAt, claimedAt, followedAt: followedAt(db, id), interested: lastOutcome === 'interested' });
}

/** Last follow-up that this desk knows of: a note, or a call that was answered. */
function followedAt(db: ReadableDb, id: string): number | null {
  const found = db.get<{ called: number | null; noted: number | null }>(
    `SELECT (SELECT max(started_at) FROM lead_call WHERE lead_id = :id AND answered = 1) AS called,
       (SELECT max(created_at) FROM note WHERE lead_id = :id) AS noted`,
    { id },
  );
  return Math.max(found?.called ?? 0, found?.noted ?? 0) || null;
}

export function findLead(db: ReadableDb, id: string, mine: Mine): LeadDetails | undefined {
  const found = db.get<StoredLead>(`SELECT ${columns} FROM lead l ${withActivity} WHERE l.id = ?`, [id]);
  if (!found) return undefined;
  const { address, legalPerson, createdAt, releasedAt, releaseReason } = found;
  const recycledAt = found.ownerId === null && releaseReason === recycledReason ? releasedAt : null;
  return { ...toRow(found, recycleWarning(db, found, mine)), address, legalPerson, createdAt, recycledAt };
}

/** When each of these leads was last called; who never was is missing. */
export function lastCallsOf(db: ReadableDb, ids: readonly string[]): Map<string, number> {
  const rows = db.all<{ id: string; at: number | null }>(
    'SELECT lead_id AS id, last_call_at AS at FROM lead_activity WHERE lead_id IN (SELECT value FROM json_each(?))',
    [JSON.stringify(ids)],
  );
  return new Map(rows.flatMap(({ id, at }) => (at === null ? [] : [[id, at]])));
}

/** The lead as the cloud would send it, this desk's unsent operations included. */
export function cloudRowOf(db: ReadableDb, id: string): CloudLead | undefined {
  const found = db.get<Omit<CloudLead, 'sample'> & { sample: number }>(
    `SELECT id, company_name AS companyName, contact_name AS contactName, contact_title AS contactTitle, phone,
       number_check AS numberCheck, region, industry, registered_capital AS registeredCapital, address,
       legal_person AS legalPerson, sample, created_at AS createdAt, version, owner_id AS ownerId,
       claimed_at AS claimedAt, pool, released_at AS releasedAt, release_reason AS releaseReason,
       former_owner_id AS formerOwnerId
     FROM lead WHERE id = ?`,
    [id],
  );
  return found && ({ ...found, sample: found.sample === 1 } as CloudLead);
}

export function findLeadByPhone(db: ReadableDb, e164: string, mine: Mine): LeadDetails | undefined {
  const found = db.get<{ id: string }>(
    'SELECT id FROM lead WHERE phone_reversed = ? AND phone = ? ORDER BY created_at DESC, id DESC LIMIT 1',
    [reversedDigits(e164), e164],
  );
  return found && findLead(db, found.id, mine);
}

function toRow(stored: StoredLead, recycleAt: number | null): LeadRow {
  const { id, companyName, contactName, contactTitle, phone, numberCheck, region, industry } = stored;
  const { registeredCapital, lastCallAt, lastOutcome, callCount, lastCallAnswered } = stored;
  return {
    id, companyName, contactName, contactTitle, phone, numberCheck, region, industry, registeredCapital,
    sample: stored.sample === 1,
    lastCallAt, lastOutcome, callCount,
    lastCallAnswered: lastCallAnswered === null ? null : lastCallAnswered === 1,
    recycleAt,
  }; // prettier-ignore
}

const fields = [
  'company_name', 'contact_name', 'contact_title', 'phone', 'phone_reversed', 'search_text', 'number_check', 'region',
  'industry', 'address', 'legal_person', 'registered_capital', 'sample', 'created_at', 'version', 'owner_id', 'claimed_at',
  'pool', 'released_at', 'release_reason', 'former_owner_id',
] as const; // prettier-ignore
/** By place, the id at the end: a hundred thousand times twenty names to look up are a second of a first pull. */
const insertSql = `INSERT INTO lead (${fields.join(', ')}, id) VALUES (${fields.map(() => '?').join(', ')}, ?)
  ON CONFLICT (id) DO NOTHING`;
const updateSql = `UPDATE lead SET ${fields.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`;

/** Inside the caller's transaction: row and index change together. */
export function putLead(db: WritableDb, lead: CloudLead): void {
  const text = searchText(lead.companyName, lead.contactName);
  const row: { readonly [F in (typeof fields)[number]]: SqlValue } = {
    company_name: lead.companyName,
    contact_name: lead.contactName,
    contact_title: lead.contactTitle,
    phone: lead.phone,
    phone_reversed: reversedDigits(lead.phone),
    search_text: text,
    number_check: lead.numberCheck,
    region: lead.region,
    industry: lead.industry,
    address: lead.address,
    legal_person: lead.legalPerson,
    registered_capital: lead.registeredCapital,
    sample: lead.sample ? 1 : 0,
    created_at: lead.createdAt,
    version: lead.version,
    owner_id: lead.ownerId,
    claimed_at: lead.claimedAt,
    pool: lead.pool,
    released_at: lead.releasedAt,
    release_reason: lead.releaseReason,
    former_owner_id: lead.formerOwnerId,
  };
  const values = [...fields.map((field) => row[field]), lead.id];
  // Most are new, in the first pull all of them: nothing is looked for before.
  const { changes, lastRow } = db.run(insertSql, values);
  if (changes > 0) return index(db, lastRow, text);
  const old = locate(db, lead.id);
  db.run(updateSql, values);
  if (!old || old.text === text) return;
  db.run('DELETE FROM lead_search WHERE rowid = ?', [old.number]);
  index(db, old.number, text);
}

/**
 * Its notes go with it: they were seen because the lead was. What calls did to the lead stays (lead_call): the lead may come
 * back, its history must not begin anew.
 */
export function removeLead(db: WritableDb, id: string): void {
  db.run('DELETE FROM note WHERE lead_id = ?', [id]);
  dropLead(db, id);
}

/** Its row alone, with its place in the search. */
export function dropLead(db: WritableDb, id: string): void {
  const old = locate(db, id);
  if (!old) return;
  db.run('DELETE FROM lead_search WHERE rowid = ?', [old.number]);
  db.run('DELETE FROM lead WHERE rowid = ?', [old.number]);
}

/** In their order, behind one of them. */
export const leadIds = (db: ReadableDb, after: string, limit: number): string[] =>
  db.all<{ id: string }>('SELECT id FROM lead WHERE id > ? ORDER BY id LIMIT ?', [after, limit]).map(({ id }) => id);

const locate = (db: WritableDb, id: string): { number: number; text: string } | undefined =>
  db.get('SELECT rowid AS number, search_text AS text FROM lead WHERE id = ?', [id]);

function index(db: WritableDb, number: number, text: string): void {
  db.run('INSERT INTO lead_search (rowid, bigrams) VALUES (?, ?)', [number, bigramsOf(text).join(' ')]);
}
