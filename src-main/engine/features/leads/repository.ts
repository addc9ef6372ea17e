import {
  untouched,
  type CloudCheckedNumber,
  type CloudLead,
  type LeadContact,
} from '#shared/cloud-contract/contract.ts';
import type { LeadRow } from '#shared/desk-contract/areas/leads.ts';
import { forOldDesks, knownCheck, type CheckedNumber } from '#shared/domain/number-check.ts';
import type { SpreadLead } from '#shared/domain/lead-spread.ts';
import type { ClaimLock, LeadOnOffer, LeadUse, PoolStanding } from '#shared/domain/pool-rules.ts';
import type { QueueCandidate } from '#shared/domain/queue-choice.ts';
import type { LeadStage, NumberCheck, Outcome } from '#shared/domain/vocabulary.ts';
import type { ReadableDb, SqlValue, WritableDb } from '../../database/handles.ts';
import { companiesOfContacts, forgetContactPhones, leadOfContact, putContactPhones } from './contact-phones.ts';
import { followedAtSql } from './table/facts.ts';

export type LeadDetails = LeadRow & {
  address: string | null;
  legalPerson: string | null;
  creditCode: string | null;
  createdAt: number;
  standing: PoolStanding | null;
  contacts: LeadContact[];
  /** Of its numbers, first contact or others; of those that nobody has checked there is none. */
  checks: CheckedNumber[];
};

/** When a lead will be taken back, where that is to be said (pool-rules.ts). */
export type RecycleWarning = (use: LeadUse) => number | null;

/** A lead as it stands in the database, with what calls and notes did to it. */
export interface StoredLead {
  id: string;
  companyName: string;
  contactName: string | null;
  contactTitle: string | null;
  phone: string | null;
  numberCheck: NumberCheck;
  /** JSON; null = none. */
  checks: string | null;
  region: string | null;
  industry: string | null;
  address: string | null;
  legalPerson: string | null;
  creditCode: string | null;
  version: number;
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
  formerOwnerId: string | null;
  followedAt: number | null;
  ownerName: string | null;
  stage: LeadStage | null;
  /** JSON; null = none, as of `contacts`. */
  tags: string | null;
  contacts: string | null;
  nextFollowUpAt: number | null;
  nextFollowUpNote: string | null;
}

const columns = `l.id, l.company_name AS companyName, l.contact_name AS contactName, l.contact_title AS contactTitle,
  l.phone, l.number_check AS numberCheck, l.checks, l.region, l.industry, l.address, l.legal_person AS legalPerson,
  l.credit_code AS creditCode, l.version, l.registered_capital AS registeredCapital, l.sample, l.created_at AS createdAt, a.last_call_at AS lastCallAt,
  a.last_call_answered AS lastCallAnswered, a.last_outcome AS lastOutcome, coalesce(a.call_count, 0) AS callCount,
  l.owner_id AS ownerId, l.claimed_at AS claimedAt, l.released_at AS releasedAt, l.release_reason AS releaseReason,
  l.former_owner_id AS formerOwnerId, l.stage, l.tags, l.contacts, l.next_follow_up_at AS nextFollowUpAt, l.next_follow_up_note AS nextFollowUpNote,
  ${followedAtSql} AS followedAt, (SELECT e.name FROM call_employee e WHERE e.id = l.owner_id) AS ownerName`;
const withActivity = 'LEFT JOIN lead_activity a ON a.lead_id = l.id';

/** Leads by their row numbers, in that order; what is not there any more is left out. */
export const leadsAt = (db: ReadableDb, rows: readonly number[]): StoredLead[] =>
  db.all<StoredLead>(
    `SELECT ${columns} FROM json_each(?) AS page JOIN lead l ON l.rowid = page.value ${withActivity} ORDER BY page.key`,
    [JSON.stringify(rows)],
  );

/** Of these leads in their order, as far as they are here. */
export const rowNumbersOf = (db: ReadableDb, ids: readonly string[]): number[] =>
  db
    .all<{ row: number }>(
      'SELECT l.rowid AS row FROM json_each(?) AS one JOIN lead l ON l.id = one.value ORDER BY one.key',
      [JSON.stringify(ids)],
    )
    .map(({ row }) => row);

/** Whose leads are, by their row numbers; as `leadsAt`. */
export const ownersAt = (db: ReadableDb, rows: readonly number[]): SpreadLead[] =>
  db.all<SpreadLead>(
    `SELECT l.id, l.owner_id AS ownerId FROM json_each(?) AS page JOIN lead l ON l.rowid = page.value ORDER BY page.key`,
    [JSON.stringify(rows)],
  );

/** What is asked of leads that are to be called, by their row numbers; as `leadsAt`. */
export const calleesAt = (db: ReadableDb, rows: readonly number[], me: string): QueueCandidate[] =>
  db
    .all<Omit<QueueCandidate, 'ofColleague'> & { readonly ofColleague: number }>(
      `SELECT l.id AS leadId, l.phone, l.number_check AS numberCheck, a.last_call_at AS lastCallAt,
         l.owner_id IS NOT NULL AND l.owner_id <> ? AS ofColleague
       FROM json_each(?) AS page JOIN lead l ON l.rowid = page.value ${withActivity} ORDER BY page.key`,
      [me, JSON.stringify(rows)],
    )
    .map((row) => ({ ...row, ofColleague: row.ofColleague === 1 }));

/** Who is behind these ids, asked once for a whole page; who is gone is missing. */
export function namesOf(db: ReadableDb, ids: readonly string[]): ReadonlyMap<string, LeadName> {
  const rows = db.all<LeadName & { readonly id: string }>(
    `SELECT id, company_name AS companyName, contact_name AS contactName, phone FROM lead
     WHERE id IN (SELECT value FROM json_each(?))`,
    [JSON.stringify(ids)],
  );
  return new Map(rows.map(({ id, ...name }) => [id, name]));
}
export type LeadName = Pick<StoredLead, 'companyName' | 'contactName' | 'phone'>;

/** Whose the desk is, and what it says of their leads. */
export interface Mine {
  readonly id: string;
  readonly warn: RecycleWarning;
  readonly standing: (use: LeadUse) => PoolStanding;
  /** What keeps them from claiming one that nobody has; null = nothing. */
  readonly lock: (lead: LeadOnOffer) => ClaimLock | null;
}

function lockOf({ ownerId, formerOwnerId, releasedAt, createdAt }: StoredLead, mine: Mine): ClaimLock | null {
  if (ownerId !== null) return null;
  return mine.lock({ createdAt, releasedAt: formerOwnerId === mine.id ? releasedAt : null });
}

function recycleWarning(stored: StoredLead, mine: Mine): number | null {
  const use = useOf(stored, mine);
  return use && mine.warn(use);
}

/** What decides whether the rule takes it back from this person; null = it is not theirs, or not yet: its days have not begun. */
function useOf(stored: StoredLead, { id }: Mine): LeadUse | null {
  const { ownerId, claimedAt, createdAt, followedAt, lastOutcome, stage } = stored;
  if (ownerId !== id || claimedAt === null) return null;
  return { createdAt, claimedAt, followedAt, interested: lastOutcome === 'interested', won: stage === 'won' };
}

export function findLead(db: ReadableDb, id: string, mine: Mine): LeadDetails | undefined {
  const found = db.get<StoredLead>(`SELECT ${columns} FROM lead l ${withActivity} WHERE l.id = ?`, [id]);
  if (!found) return undefined;
  const { address, legalPerson, creditCode, createdAt } = found;
  const contacts = listOf<LeadContact>(found.contacts);
  const checks = listOf<CloudCheckedNumber>(found.checks).map((one) => ({ ...one, state: knownCheck(one.state) }));
  const use = useOf(found, mine);
  const standing = use && mine.standing(use);
  return { ...toLeadRow(found, mine), address, legalPerson, creditCode, createdAt, contacts, checks, standing };
}

type StoredPerson = Omit<Person, 'disabled'> & { readonly disabled: number | null };
const selectPerson = `SELECT id, name, coalesce(department, '') AS department, disabled FROM call_employee`;
const readPerson = (found: StoredPerson): Person => ({ ...found, disabled: found.disabled === 1 });

/** Everybody whom this person sees, by name. */
export const peopleOf = (db: ReadableDb): Person[] =>
  db.all<StoredPerson>(`${selectPerson} ORDER BY name, id`).map(readPerson);

/** One of them. */
export function personOf(db: ReadableDb, id: string): Person | undefined {
  const found = db.get<StoredPerson>(`${selectPerson} WHERE id = ?`, [id]);
  return found && readPerson(found);
}
interface Person {
  readonly id: string;
  readonly name: string;
  readonly department: string;
  /** Works here no more. */
  readonly disabled: boolean;
}

/** The lead as the cloud would send it, this desk's unsent operations included. */
export function cloudRowOf(db: ReadableDb, id: string): CloudLead | undefined {
  const found = db.get<Omit<CloudLead, 'sample' | 'stage' | 'tags' | 'contacts' | 'checks' | 'numberCheck'> & Untold>(
    `SELECT id, company_name AS companyName, contact_name AS contactName, contact_title AS contactTitle, phone,
       credit_code AS creditCode, number_check AS numberCheck, checks, region, industry, registered_capital AS registeredCapital, address,
       legal_person AS legalPerson, sample, created_at AS createdAt, version, owner_id AS ownerId,
       claimed_at AS claimedAt, pool, released_at AS releasedAt, release_reason AS releaseReason,
       former_owner_id AS formerOwnerId, stage, tags, contacts, next_follow_up_at AS nextFollowUpAt,
       next_follow_up_note AS nextFollowUpNote
     FROM lead WHERE id = ?`,
    [id],
  );
  if (!found) return undefined;
  const { stage, tags, contacts, numberCheck, checks, ...rest } = found;
  const told = {
    numberCheck: forOldDesks(numberCheck),
    ...(checks === null ? {} : { checks: listOf<CloudCheckedNumber>(checks) }),
    stage: stage ?? untouched.stage,
    tags: listOf<string>(tags),
    contacts: listOf<LeadContact>(contacts),
  };
  return { ...rest, ...told, sample: found.sample === 1 } as CloudLead;
}
type Untold = Pick<StoredLead, 'stage' | 'tags' | 'contacts' | 'checks' | 'numberCheck'> & { readonly sample: number };

/** Lists are JSON, and NULL where they are empty. */
export const listOf = <T>(stored: string | null): T[] => (stored === null ? [] : (JSON.parse(stored) as T[]));
const asStored = (list: readonly unknown[] = []): string | null => (list.length === 0 ? null : JSON.stringify(list));

/**
 * How many of these leads a person has claimed since then, given up again meanwhile too, as far as the leads are still to be
 * seen: what was assigned to them counts in no day. @param rows row numbers @param since ms
 */
export const claimedAmong = (db: ReadableDb, rows: readonly number[], me: string, since: number): number =>
  db.get<{ claimed: number }>(
    `SELECT count(*) AS claimed FROM lead WHERE rowid IN (SELECT value FROM json_each(:rows))
       AND (owner_id = :me OR former_owner_id = :me) AND EXISTS (
         SELECT 1 FROM note n WHERE n.lead_id = lead.id AND n.employee_id = :me AND n.created_at >= :since
           AND n.event ->> 'kind' = 'claimed')`,
    { rows: JSON.stringify(rows), me, since },
  )?.claimed ?? 0;

export function findLeadByPhone(db: ReadableDb, e164: string, mine: Mine): LeadDetails | undefined {
  const found = db.get<{ id: string }>(
    'SELECT id FROM lead WHERE phone = ? ORDER BY created_at DESC, rowid DESC LIMIT 1',
    [e164],
  );
  const id = found?.id ?? leadOfContact(db, e164);
  return id === undefined ? undefined : findLead(db, id, mine);
}

/** Who is known at these numbers, by the number; as `findLeadByPhone` finds them, asked once for a whole page. */
export function companiesAt(db: ReadableDb, numbers: readonly string[]): ReadonlyMap<string, string> {
  // Of several the last one stays: the newest.
  const own = db.all<Known>(
    `SELECT phone, company_name AS companyName FROM lead
     WHERE phone IN (SELECT value FROM json_each(?)) ORDER BY created_at, rowid`,
    [JSON.stringify(numbers)],
  );
  const known = new Map(own.map(({ phone, companyName }) => [phone, companyName]));
  const unknown = numbers.filter((number) => !known.has(number));
  if (unknown.length === 0) return known;
  const others = companiesOfContacts(db, unknown);
  return new Map([...known, ...others.map(({ phone, companyName }) => [phone, companyName] as const)]);
}
type Known = { readonly phone: string; readonly companyName: string };

/** As windows see it. */
export function toLeadRow(stored: StoredLead, mine: Mine): LeadRow {
  const { id, companyName, contactName, contactTitle, phone, numberCheck, region, industry } = stored;
  const own = phone === null ? undefined : checkOf(listOf<CloudCheckedNumber>(stored.checks), phone);
  const { registeredCapital, lastCallAt, lastOutcome, callCount, lastCallAnswered } = stored;
  return {
    id, companyName, contactName, contactTitle, phone, numberCheck, region, industry, registeredCapital,
    checkedAt: own?.at ?? null,
    sample: stored.sample === 1,
    waiting: stored.version === 0,
    lastCallAt, lastOutcome, callCount,
    lastCallAnswered: lastCallAnswered === null ? null : lastCallAnswered === 1,
    lastFollowUpAt: stored.followedAt,
    ...following(stored, mine),
    recycleAt: recycleWarning(stored, mine),
    locked: lockOf(stored, mine),
    // Said by who knows the outbox, and the lists of numbers.
    wish: null,
    barred: null,
    stage: stored.stage ?? untouched.stage,
    tags: listOf<string>(stored.tags),
    nextFollowUpAt: stored.nextFollowUpAt,
    nextFollowUpNote: stored.nextFollowUpNote,
  }; // prettier-ignore
}

function following(
  stored: StoredLead,
  mine: Mine,
): Pick<LeadRow, 'following' | 'ownerName' | 'claimedAt' | 'released'> {
  const { ownerId, ownerName, claimedAt, releasedAt, releaseReason } = stored;
  if (ownerId === null) {
    const released = releasedAt === null ? null : { at: releasedAt, reason: releaseReason ?? '' };
    return { following: 'nobody', ownerName: null, claimedAt: null, released };
  }
  const whose = ownerId === mine.id ? (claimedAt === null ? 'wished' : 'me') : 'colleague';
  return { following: whose, ownerName, claimedAt, released: null };
}

const fields = [
  'company_name', 'contact_name', 'contact_title', 'phone', 'number_check', 'region',
  'industry', 'address', 'legal_person', 'credit_code', 'registered_capital', 'sample', 'created_at', 'version', 'owner_id', 'claimed_at',
  'pool', 'released_at', 'release_reason', 'former_owner_id', 'stage', 'tags', 'contacts', 'next_follow_up_at',
  'next_follow_up_note', 'checks',
] as const; // prettier-ignore
/** By place, the id at the end: a hundred thousand times twenty names to look up are a second of a first pull. */
const insertSql = `INSERT INTO lead (${fields.join(', ')}, id) VALUES (${fields.map(() => '?').join(', ')}, ?)
  ON CONFLICT (id) DO NOTHING`;
const updateSql = `UPDATE lead SET ${fields.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`;

const checkOf = (checks: readonly CloudCheckedNumber[], number: string): CloudCheckedNumber | undefined =>
  checks.find((one) => one.number === number);

/** Of its first number: what was found last, else what clouds of before say. */
function wordOf({ phone, checks = [], numberCheck }: CloudLead): NumberCheck {
  const own = phone === null ? undefined : checkOf(checks, phone);
  return own ? knownCheck(own.state) : numberCheck;
}

/** Inside the caller's transaction. */
export function putLead(db: WritableDb, lead: CloudLead): void {
  const row: { readonly [F in (typeof fields)[number]]: SqlValue } = {
    company_name: lead.companyName,
    contact_name: lead.contactName,
    contact_title: lead.contactTitle,
    phone: lead.phone,
    number_check: wordOf(lead),
    region: lead.region,
    industry: lead.industry,
    address: lead.address,
    legal_person: lead.legalPerson,
    credit_code: lead.creditCode,
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
    stage: lead.stage === undefined || lead.stage === untouched.stage ? null : lead.stage,
    tags: asStored(lead.tags),
    contacts: asStored(lead.contacts),
    next_follow_up_at: lead.nextFollowUpAt ?? null,
    next_follow_up_note: lead.nextFollowUpNote ?? null,
    checks: asStored(lead.checks),
  };
  const values = [...fields.map((field) => row[field]), lead.id];
  // Most are new, in the first pull all of them: nothing is looked for before.
  if (db.run(insertSql, values).changes === 0) {
    db.run(updateSql, values);
    forgetContactPhones(db, lead.id);
  }
  putContactPhones(db, lead);
}

/**
 * Its notes go with it: they were seen because the lead was. What calls did to the lead stays (lead_call): the lead may come
 * back, its history must not begin anew.
 *
 * @returns the number that the row had; null = there was none
 */
export function removeLead(db: WritableDb, id: string): number | null {
  db.run('DELETE FROM note WHERE lead_id = ?', [id]);
  return dropLead(db, id);
}

/** Its row alone. @returns the number that the row had; null = there was none */
export function dropLead(db: WritableDb, id: string): number | null {
  const row = db.get<{ number: number }>('SELECT rowid AS number FROM lead WHERE id = ?', [id])?.number ?? null;
  if (row === null) return null;
  db.run('DELETE FROM lead WHERE rowid = ?', [row]);
  forgetContactPhones(db, id);
  return row;
}

/** In their order, behind one of them. */
export const leadIds = (db: ReadableDb, after: string, limit: number): string[] =>
  db.all<{ id: string }>('SELECT id FROM lead WHERE id > ? ORDER BY id LIMIT ?', [after, limit]).map(({ id }) => id);
