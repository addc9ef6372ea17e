import type { RecordingReceipt } from '#shared/desk-contract/areas/calls.ts';
import type { SqlValue, WritableDb } from '../../database/handles.ts';
import type { OwnRow } from '../../sync/ports.ts';

export interface RecordingRow {
  readonly id: string;
  readonly callId: string;
  readonly state: RecordingReceipt['state'];
  /** File name inside the recordings folder; null = only in the cloud. */
  readonly file: string | null;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly bytes: number;
  readonly sha256: string | null;
  readonly talkMs: number | null;
  /** Width of one peak. */
  readonly peakMs: number;
  readonly customerPeaks: Uint8Array;
  readonly agentPeaks: Uint8Array;
  readonly openerStartMs: number | null;
  readonly openerEndMs: number | null;
  readonly cutInMs: number | null;
  readonly problem: string | null;
  readonly uploaded: boolean;
}

interface LocalCopy {
  /** The company's rule has taken it away. */
  readonly purged: boolean;
  /** Its file here, where there is one, is to stay. */
  readonly stays: boolean;
}

const columns: { readonly [K in keyof RecordingRow]: string } = {
  id: 'id',
  callId: 'call_id',
  state: 'state',
  file: 'file',
  startedAt: 'started_at',
  durationMs: 'duration_ms',
  bytes: 'bytes',
  sha256: 'sha256',
  talkMs: 'talk_ms',
  peakMs: 'peak_ms',
  customerPeaks: 'customer_peaks',
  agentPeaks: 'agent_peaks',
  openerStartMs: 'opener_start_ms',
  openerEndMs: 'opener_end_ms',
  cutInMs: 'cut_in_ms',
  problem: 'problem',
  uploaded: 'uploaded',
};
const selected = Object.entries(columns)
  .map(([field, column]) => `${column} AS ${field}`)
  .join(', ');

const fields = Object.keys(columns) as (keyof RecordingRow)[];
const names = Object.values(columns);
const sets = names.filter((name) => name !== 'id').map((name) => `${name} = excluded.${name}`);
const saveSql = `INSERT INTO recording (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
  ON CONFLICT (id) DO UPDATE SET ${sets.join(', ')}`;

type StoredRow = Omit<RecordingRow, 'uploaded'> & { uploaded: number };
const toRow = (stored: StoredRow): RecordingRow => ({ ...stored, uploaded: stored.uploaded === 1 });
const toSql = (value: RecordingRow[keyof RecordingRow]): SqlValue =>
  typeof value === 'boolean' ? Number(value) : value;

/** Puts the row there as a whole, whatever of it was there before. */
export function saveRecording(db: WritableDb, row: RecordingRow): void {
  db.run(
    saveSql,
    fields.map((field) => toSql(row[field])),
  );
}

export class RecordingRepository {
  private readonly db: WritableDb;

  constructor(db: WritableDb) {
    this.db = db;
  }

  byCall(callId: string): RecordingRow | null {
    return this.one('call_id = ?', callId);
  }

  byId(id: string): RecordingRow | null {
    return this.one('id = ?', id);
  }

  /** Oldest first. */
  inState(state: RecordingRow['state']): RecordingRow[] {
    return this.db
      .all<StoredRow>(`SELECT ${selected} FROM recording WHERE state = ? ORDER BY started_at`, [state])
      .map(toRow);
  }

  nextToUpload(): RecordingRow | null {
    return this.one(`state IN ('sealed', 'uploading') AND file IS NOT NULL ORDER BY started_at LIMIT 1`);
  }

  countToUpload(): number {
    const sql = `SELECT count(*) AS n FROM recording WHERE state IN ('sealed', 'uploading') AND file IS NOT NULL`;
    return this.db.get<{ n: number }>(sql)?.n ?? 0;
  }

  /** That the cloud has confirmed and whose sound is here, in the order of their ids (ChangeApplier.own). */
  own(after: string, limit: number): OwnRow[] {
    return this.db
      .all<{ id: string; lost: number }>(
        `SELECT id, NOT EXISTS (SELECT 1 FROM generation_seen AS seen WHERE seen.type = 'recording' AND seen.id = recording.id) AS lost
         FROM recording WHERE file IS NOT NULL AND id > ? AND +state = 'uploaded' ORDER BY id LIMIT ?`, // + = by recording_here
        [after, limit],
      )
      .map(({ id, lost }) => ({ id, lost: lost === 1 }));
  }

  /** Of calls before `before`, of which the cloud has confirmed their sound: from now on it is the cloud's. @returns how many, some at a time */
  letGo(before: number): number {
    return this.db.run(
      `UPDATE recording SET file = NULL WHERE id IN (SELECT id FROM recording
         WHERE state = 'uploaded' AND file IS NOT NULL AND started_at < ? LIMIT 200)`,
      [before],
    ).changes;
  }

  /** What this desk is to have of it, without its waveforms; null = never heard of. */
  copyOf(id: string): LocalCopy | null {
    const sql = `SELECT state = 'purged' AS purged, file IS NULL AND state IN ('uploaded', 'purged') AS away FROM recording WHERE id = ?`;
    const found = this.db.get<{ purged: number; away: number }>(sql, [id]);
    return found ? { purged: found.purged === 1, stays: found.away === 0 } : null;
  }

  /** Nobody is to hear it any more. @returns whose call it was; none = not known here, or said before */
  purge(id: string): string[] {
    const sql = `UPDATE recording SET state = 'purged', file = NULL WHERE id = ? AND state <> 'purged' RETURNING call_id AS callId`;
    return this.db.all<{ callId: string }>(sql, [id]).map(({ callId }) => callId);
  }

  save(row: RecordingRow): void {
    saveRecording(this.db, row);
  }

  transaction(work: () => void): void {
    this.db.transaction(work);
  }

  update(id: string, change: Partial<RecordingRow>): void {
    const entries = Object.entries(change) as [keyof RecordingRow, RecordingRow[keyof RecordingRow]][];
    const sets = entries.map(([field]) => `${columns[field]} = ?`).join(', ');
    this.db.run(`UPDATE recording SET ${sets} WHERE id = ?`, [...entries.map(([, value]) => toSql(value)), id]);
  }

  private one(where: string, ...params: SqlValue[]): RecordingRow | null {
    const stored = this.db.get<StoredRow>(`SELECT ${selected} FROM recording WHERE ${where}`, params);
    return stored ? toRow(stored) : null;
  }
}
