import type { WritableDb } from '../../database/handles.ts';

export interface OpenerRow {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly durationMs: number;
  readonly source: 'upload' | 'recorded' | 'sample';
  readonly fileName: string | null;
  readonly createdAt: number;
  readonly peaks: Uint8Array;
}

const selected = `id, name, text, duration_ms AS durationMs, source, file_name AS fileName, created_at AS createdAt, peaks`;

export class OpenerRepository {
  private readonly db: WritableDb;

  constructor(db: WritableDb) {
    this.db = db;
  }

  /** Oldest first: the order in which a person made them. */
  all(): OpenerRow[] {
    return this.db.all<OpenerRow>(`SELECT ${selected} FROM opener ORDER BY created_at, id`);
  }

  byId(id: string): OpenerRow | undefined {
    return this.db.get<OpenerRow>(`SELECT ${selected} FROM opener WHERE id = ?`, [id]);
  }

  insert(row: OpenerRow): void {
    this.db.run(
      `INSERT INTO opener (id, name, text, duration_ms, source, file_name, created_at, peaks)
       VALUES (:id, :name, :text, :durationMs, :source, :fileName, :createdAt, :peaks)`,
      { ...row },
    );
  }

  change(id: string, { name, text }: Pick<OpenerRow, 'name' | 'text'>): void {
    this.db.run('UPDATE opener SET name = ?, text = ? WHERE id = ?', [name, text, id]);
  }

  remove(id: string): void {
    this.db.run('DELETE FROM opener WHERE id = ?', [id]);
  }
}
