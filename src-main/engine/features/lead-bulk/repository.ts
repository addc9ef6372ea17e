import type { JsonValue } from '#shared/base/json.ts';
import type { LeadBulk, LeadBulkDeed } from '#shared/desk-contract/areas/lead-bulk.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';

/** A deed on many leads, as it stands in the database. */
export interface StoredBulk {
  readonly id: string;
  readonly startedAt: number;
  readonly state: LeadBulk['state'];
  readonly problem: { readonly code: string; readonly details: { [name: string]: JsonValue } } | null;
  readonly deed: LeadBulkDeed;
  /** Leads that were gone through, in the order of `stepsOf`. */
  readonly gone: number;
  /** Places of those that nothing was done to. */
  readonly passed: readonly number[];
  readonly refused: number;
}

type Row = Omit<StoredBulk, 'problem' | 'deed' | 'passed'> & { problem: string | null; deed: string; passed: string };

/** The one that there is; null = none, or it was read. */
export function findBulk(db: ReadableDb): StoredBulk | null {
  const row = db.get<Row>(
    'SELECT id, started_at AS startedAt, state, problem, deed, gone, passed, refused FROM lead_bulk',
  );
  if (!row) return null;
  const { problem, deed, passed, ...plain } = row;
  return {
    ...plain,
    problem: JSON.parse(problem ?? 'null') as StoredBulk['problem'],
    deed: JSON.parse(deed) as LeadBulkDeed,
    passed: JSON.parse(passed) as number[],
  };
}

/** In the place of the last one. */
export function insertBulk(
  db: WritableDb,
  { id, startedAt, deed }: Pick<StoredBulk, 'id' | 'startedAt' | 'deed'>,
): void {
  removeBulk(db);
  db.run(
    `INSERT INTO lead_bulk (id, started_at, state, deed, gone, passed, refused) VALUES (?, ?, 'running', ?, 0, '[]', 0)`,
    [id, startedAt, JSON.stringify(deed)],
  );
}

export const removeBulk = (db: WritableDb): void => void db.run('DELETE FROM lead_bulk');

export const advanceBulk = (
  db: WritableDb,
  { gone, passed, state }: Pick<StoredBulk, 'gone' | 'passed' | 'state'>,
): void => void db.run('UPDATE lead_bulk SET gone = ?, passed = ?, state = ?', [gone, JSON.stringify(passed), state]);

export const endBulk = (db: WritableDb, state: StoredBulk['state'], problem: StoredBulk['problem']): void =>
  void db.run('UPDATE lead_bulk SET state = ?, problem = ?', [state, problem && JSON.stringify(problem)]);

export const countRefused = (db: WritableDb, refused: number): void =>
  void db.run('UPDATE lead_bulk SET refused = ?', [refused]);
