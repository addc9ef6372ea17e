import type { CloudListing } from '#shared/cloud-contract/contract.ts';
import type { NumberListing } from '#shared/domain/dial-gate.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';

/** What the cloud has, or what this person asks for. */
export function putListing(db: WritableDb, listing: CloudListing): void {
  const { id, list, number, reason, state, expiresAt, requestedAt, own, decisionNote } = listing;
  db.run(
    `INSERT OR REPLACE INTO listing (id, list, number, reason, state, expires_at, requested_at, own, decision_note)
     VALUES (:id, :list, :number, :reason, :state, :expiresAt, :requestedAt, :own, :decisionNote)`,
    { id, list, number, reason, state, expiresAt, requestedAt, own: own ? 1 : 0, decisionNote },
  );
}

export const removeListing = (db: WritableDb, id: string): void =>
  void db.run('DELETE FROM listing WHERE id = ?', [id]);

/** Ids of all that are here, in their order, behind one of them. */
export const listingIds = (db: ReadableDb, after: string, limit: number): string[] =>
  db.all<{ id: string }>('SELECT id FROM listing WHERE id > ? ORDER BY id LIMIT ?', [after, limit]).map(({ id }) => id);

/** Asked before each dial; its plan is pinned by a test. */
export const barringSql = `SELECT list, reason FROM listing WHERE number = :number AND state = 'approved'
  AND (expires_at IS NULL OR expires_at > :now) ORDER BY list, requested_at DESC LIMIT 1`;

/** What bars the number at this moment; 黑名单 goes before 无效号码. Null = nothing. */
export const barring = (db: ReadableDb, number: string, now: number): NumberListing | null =>
  db.get<{ list: NumberListing['list']; reason: string }>(barringSql, { number, now }) ?? null;

interface Stored {
  list: CloudListing['list'];
  state: CloudListing['state'];
  reason: string;
  expiresAt: number | null;
  requestedAt: number;
  own: number;
  decisionNote: string;
}

/** Newest first. */
export const listingsOf = (db: ReadableDb, number: string) =>
  db
    .all<Stored>(
      `SELECT list, state, reason, expires_at AS expiresAt, requested_at AS requestedAt, own, decision_note AS decisionNote
       FROM listing WHERE number = ? ORDER BY requested_at DESC, id DESC`,
      [number],
    )
    .map(({ own, ...listing }) => ({ ...listing, own: own === 1 }));
