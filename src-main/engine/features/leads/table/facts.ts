import type { LeadStage, NumberCheck, Outcome } from '#shared/domain/vocabulary.ts';
import type { FactReads } from '../../../columns/row-table.ts';
import type { ReadableDb } from '../../../database/handles.ts';

/** What lists of leads are filtered and sorted by. */
export interface LeadFacts {
  readonly companyName: string;
  readonly contactName: string | null;
  /** E.164 */
  readonly phone: string | null;
  readonly numberCheck: NumberCheck;
  readonly region: string | null;
  readonly industry: string | null;
  readonly registeredCapital: number | null;
  readonly createdAt: number;
  readonly ownerId: string | null;
  readonly pool: string;
  readonly claimedAt: number | null;
  readonly releasedAt: number | null;
  readonly lastCallAt: number | null;
  readonly lastOutcome: Outcome | null;
  readonly followedAt: number | null;
  /** Null = as it came. */
  readonly stage: LeadStage | null;
  /** JSON; null = none. */
  readonly tags: string | null;
  readonly nextFollowUpAt: number | null;
}

type Stored = LeadFacts & { readonly row: number };

/** Of lead `l`: the last follow-up that this desk knows of, a note or a call that was answered. */
export const followedAtSql = `nullif(max(
  coalesce((SELECT max(c.started_at) FROM lead_call c WHERE c.lead_id = l.id AND c.answered = 1), 0),
  coalesce((SELECT max(n.created_at) FROM note n WHERE n.lead_id = l.id AND n.event IS NULL), 0)), 0)`;

const select = `SELECT l.rowid AS row, l.company_name AS companyName, l.contact_name AS contactName, l.phone,
  l.number_check AS numberCheck, l.region, l.industry, l.registered_capital AS registeredCapital, l.created_at AS createdAt,
  l.owner_id AS ownerId, l.pool, l.claimed_at AS claimedAt, l.released_at AS releasedAt, a.last_call_at AS lastCallAt,
  a.last_outcome AS lastOutcome, l.stage, l.tags, l.next_follow_up_at AS nextFollowUpAt,
  ${followedAtSql} AS followedAt
  FROM lead l LEFT JOIN lead_activity a ON a.lead_id = l.id`;

/** Reads of all leads of a desk. */
export const leadFacts = (db: ReadableDb): FactReads<LeadFacts> => ({
  next: (after, atOnce) => db.all<Stored>(`${select} WHERE l.rowid > ? ORDER BY l.rowid LIMIT ?`, [after, atOnce]),
  of(ids, rows) {
    const found = [
      ...db.all<Stored>(`${select} WHERE l.id IN (SELECT value FROM json_each(?))`, [JSON.stringify(ids)]),
      ...db.all<Stored>(`${select} WHERE l.rowid IN (SELECT value FROM json_each(?))`, [JSON.stringify(rows)]),
    ];
    return new Map(found.map((one) => [one.row, one]));
  },
});
