import type { JsonValue } from '#shared/base/json.ts';
import type { ReadableDb } from '../database/handles.ts';
import { asWaiting, type DeedType, type OutboxEntry, type StoredDeed, type WaitingDeed } from './deeds.ts';

/** What the cloud did not take, and why. */
export interface RejectedEntry extends OutboxEntry {
  readonly opId: string;
  readonly code: string;
  readonly details: { readonly [fact: string]: JsonValue };
  /** Null for what `row` itself says. */
  readonly subject: string | null;
  /** What was to be done; null where it was never read. */
  readonly row: unknown;
  /** Wall clock, ms; null for those of before. */
  readonly rejectedAt: number | null;
}

/** A deed that the cloud has not taken. */
export interface OpenDeed {
  readonly entityId: string;
  readonly deed: WaitingDeed;
  /** Null = it waits to be sent, or for its answer. */
  readonly refused: RejectedEntry | null;
}

/** Why several deeds of a kind were refused: to a person, four hundred for one reason are one thing. */
export interface RefusalReason {
  readonly type: DeedType;
  readonly code: string;
  /** Who was faster, or of whom it speaks (the receiver at their limit), where that is the reason; null = nobody. */
  readonly by: string | null;
}

export interface RefusalGroup extends RefusalReason {
  readonly count: number;
  /** The latest ones. */
  readonly first: readonly RejectedEntry[];
}

type Stored = Omit<RejectedEntry, 'details' | 'row'> & { details: string | null; row: string | null };

const columns = `op_id AS opId, type, entity_id AS entityId, code, details, subject, row, rejected_at AS rejectedAt`;

const read = ({ details, row, ...entry }: Stored): RejectedEntry => ({
  ...entry,
  details: JSON.parse(details ?? '{}') as RejectedEntry['details'],
  row: JSON.parse(row ?? 'null') as unknown,
});

/** Oldest first, 200 at most. */
export const rejectedEntries = (db: ReadableDb): RejectedEntry[] =>
  db.all<Stored>(`SELECT ${columns} FROM outbox WHERE state = 'rejected' ORDER BY position LIMIT 200`).map(read);

/** As `Outbox.openDeeds`. */
export const openDeedsOf = (db: ReadableDb, entityIds: readonly string[]): OpenDeed[] =>
  db
    .all<Stored & { state: string }>(
      `SELECT state, ${columns} FROM outbox
       WHERE entity_id IN (SELECT value FROM json_each(?)) AND type <> 'call.put' ORDER BY position`,
      [JSON.stringify(entityIds)],
    )
    .map(({ state, ...entry }) => ({
      entityId: entry.entityId,
      deed: asWaiting(entry as StoredDeed),
      refused: state === 'rejected' ? read(entry) : null,
    }));

/** `by` and `of` of the details: the cloud names one person of a refusal at most. */
const person = `coalesce(details ->> 'by', details ->> 'of')`;
const ofReason = `state = 'rejected' AND type = :type AND code = :code AND ${person} IS :by`;
const reasonOf = ({ type, code, by }: RefusalReason): { type: string; code: string; by: string | null } => ({ type, code, by }); // prettier-ignore

/** As `Outbox.refusals`. */
export const refusalGroups = (db: ReadableDb, types: readonly DeedType[], first: number): RefusalGroup[] =>
  db
    .all<RefusalReason & { count: number }>(
      `SELECT type, code, ${person} AS by, count(*) AS count FROM outbox
       WHERE state = 'rejected' AND type IN (SELECT value FROM json_each(?)) GROUP BY 1, 2, 3 ORDER BY max(position) DESC`,
      [JSON.stringify(types)],
    )
    .map((group) => ({
      ...group,
      first: db
        .all<Stored>(`SELECT ${columns} FROM outbox WHERE ${ofReason} ORDER BY position DESC LIMIT :first`, {
          ...reasonOf(group),
          first,
        })
        .map(read),
    }));

/** As `Outbox.refusedOpIds`. */
export const refusedOpIds = (db: ReadableDb, reason: RefusalReason): string[] =>
  db
    .all<{ opId: string }>(`SELECT op_id AS opId FROM outbox WHERE ${ofReason} ORDER BY position`, reasonOf(reason))
    .map(({ opId }) => opId);

/** Refused deeds of an entity that came behind one of them, and that the cloud refused for want of it. */
export const refusedForWantOf = (db: ReadableDb, entityId: string, position: number): string[] =>
  db
    .all<{ opId: string }>(
      `SELECT op_id AS opId FROM outbox
       WHERE entity_id = ? AND state = 'rejected' AND code = 'lead.not-yours' AND position > ? ORDER BY position`,
      [entityId, position],
    )
    .map(({ opId }) => opId);
