import type { CloudListing } from '#shared/cloud-contract/contract.ts';
import type { NumberListing } from '#shared/domain/dial-gate.ts';
import type { NumberList } from '#shared/domain/number-lists.ts';
import type { ListingView } from '#shared/desk-contract/areas/number-lists.ts';
import { nationalDigits } from '#shared/domain/phone-number.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';

/** What the cloud has, or what this person asks for. */
export function putListing(db: WritableDb, listing: CloudListing): void {
  const { id, list, number, reason, state, expiresAt, requestedAt, own, decisionNote } = listing;
  db.run(
    `INSERT OR REPLACE INTO listing (id, list, number, number_reversed, reason, state, expires_at, requested_at, own, decision_note)
     VALUES (:id, :list, :number, :reversed, :reason, :state, :expiresAt, :requestedAt, :own, :decisionNote)`,
    {
      id,
      list,
      number,
      reversed: reverse(number),
      reason,
      state,
      expiresAt,
      requestedAt,
      own: own ? 1 : 0,
      decisionNote,
    },
  );
}

const reverse = (text: string): string => [...text].reverse().join('');

/** The entry as it stands here. */
export const listingOf = (db: ReadableDb, id: string) =>
  db.get<{ number: string; state: CloudListing['state']; own: number }>(
    'SELECT number, state, own FROM listing WHERE id = ?',
    [id],
  );

export const setListingState = (db: WritableDb, id: string, state: CloudListing['state']): void =>
  void db.run('UPDATE listing SET state = ? WHERE id = ?', [state, id]);

export const removeListing = (db: WritableDb, id: string): void =>
  void db.run('DELETE FROM listing WHERE id = ?', [id]);

/** Ids of all that are here, in their order, behind one of them. */
export const listingIds = (db: ReadableDb, after: string, limit: number): string[] =>
  db.all<{ id: string }>('SELECT id FROM listing WHERE id > ? ORDER BY id LIMIT ?', [after, limit]).map(({ id }) => id);

/** SQL: what bars its number at `:now`. */
const inForce = `state = 'approved' AND (expires_at IS NULL OR expires_at > :now)`;

/** Asked before each dial; its plan is pinned by a test. */
export const barringSql = `SELECT list, reason FROM listing WHERE number = :number AND ${inForce}
  ORDER BY list, requested_at DESC LIMIT 1`;

/** What bars the number at this moment; 黑名单 goes before 无效号码. Null = nothing. */
export const barring = (db: ReadableDb, number: string, now: number): NumberListing | null =>
  db.get<{ list: NumberListing['list']; reason: string }>(barringSql, { number, now }) ?? null;

export const barringAmongSql = `SELECT number, list FROM listing WHERE number IN (SELECT value FROM json_each(:numbers))
  AND ${inForce} ORDER BY list DESC`;

/** As `barring`, for a whole page. */
export function barringAmong(db: ReadableDb, numbers: readonly string[], now: number): Map<string, NumberList> {
  if (numbers.length === 0) return new Map();
  const found = db.all<{ number: string; list: NumberList }>(barringAmongSql, {
    numbers: JSON.stringify(numbers),
    now,
  });
  // Of several the last one stays.
  return new Map(found.map(({ number, list }) => [number, list]));
}

interface Stored {
  id: string;
  number: string;
  list: CloudListing['list'];
  state: CloudListing['state'];
  reason: string;
  expiresAt: number | null;
  requestedAt: number;
  own: number;
  decisionNote: string;
}

const selectListing = `SELECT id, list, number, state, reason, expires_at AS expiresAt, requested_at AS requestedAt, own,
  decision_note AS decisionNote FROM listing`;
const asListing = ({ own, ...listing }: Stored) => ({ ...listing, own: own === 1 });

/** Newest first. */
export const listingsOf = (db: ReadableDb, number: string) =>
  db.all<Stored>(`${selectListing} WHERE number = ? ORDER BY requested_at DESC, id DESC`, [number]).map(asListing);

export interface ListingQuery {
  readonly list: CloudListing['list'];
  readonly view: ListingView;
  /** As it was typed. */
  readonly search?: string | undefined;
}

/** What narrows a page. @param now entries that have run out bar nothing any more */
export function listingWhere({ list, view, search = '' }: ListingQuery, now: number) {
  const found = search === '' ? null : partOfNumber(search);
  // A plus keeps SQLite from walking through the whole view for the few that were found.
  const plus = found ? '+' : '';
  const inView = `${plus}list = :list AND ${view === 'own' ? `${plus}own = 1` : `${plus}${inForce}`}`;
  return {
    sql: found ? `${found.sql} AND ${inView}` : inView,
    params: { list, ...(view === 'own' ? {} : { now }), ...found?.params },
  };
}

/** Who searches looks for one number: what so few digits have in common is nobody's answer. */
export const mostFound = 300;

/** First digits, last digits and the whole are ranges of an index, each taken no further. What has no digits is no number's part. */
function partOfNumber(typed: string): { sql: string; params: Readonly<Record<string, string | number>> } {
  const digits = nationalDigits(typed);
  if (digits === '') return { sql: '0', params: {} };
  const tail = reverse(digits);
  const head = `+86${digits.replace(/^0/, '')}`;
  const range = (column: string, name: string): string =>
    `SELECT id FROM (SELECT id FROM listing WHERE ${column} >= :${name} AND ${column} < :${name}End LIMIT :most)`;
  return {
    sql: `id IN (${range('number_reversed', 'tail')} UNION ${range('number', 'head')} UNION ${range('number', 'whole')})`,
    params: {
      tail,
      tailEnd: `${tail}~`,
      head,
      headEnd: `${head}~`,
      whole: digits,
      wholeEnd: `${digits}~`,
      most: mostFound,
    },
  };
}

/** Over the index of the view; rows are read for one page alone. */
export const listingPageSql = (where: string): string => `${selectListing}
  WHERE id IN (SELECT id FROM listing WHERE ${where} ORDER BY requested_at DESC, id DESC LIMIT :limit OFFSET :offset)
  ORDER BY requested_at DESC, id DESC`;

export const countListings = (db: ReadableDb, { sql, params }: ReturnType<typeof listingWhere>): number =>
  db.get<{ total: number }>(`SELECT count(*) AS total FROM listing WHERE ${sql}`, params)?.total ?? 0;

/** Newest first. */
export const listingPage = (
  db: ReadableDb,
  { sql, params }: ReturnType<typeof listingWhere>,
  window: { readonly offset: number; readonly limit: number },
) => db.all<Stored>(listingPageSql(sql), { ...params, ...window }).map(asListing);
