import type { CloudOpener } from '#shared/cloud-contract/contract.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';

export interface CompanyOpenerRow {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
  readonly durationMs: number;
  readonly isDefault: 0 | 1;
  /** Null = its sound is not here yet. */
  readonly peaks: Uint8Array | null;
}

const selected = `SELECT id, name, text, sha256, duration_ms AS durationMs, is_default AS isDefault, peaks FROM company_opener`;

/** In the company's order. */
export const companyOpeners = (db: ReadableDb): CompanyOpenerRow[] =>
  db.all<CompanyOpenerRow>(`${selected} ORDER BY position, id`);

export const companyOpener = (db: ReadableDb, id: string): CompanyOpenerRow | undefined =>
  db.get<CompanyOpenerRow>(`${selected} WHERE id = ?`, [id]);

/** The department's before the company's: the cloud shows nobody another department's. */
export const defaultOpener = (db: ReadableDb): CompanyOpenerRow | undefined =>
  db.get<CompanyOpenerRow>(`${selected} WHERE is_default = 1 ORDER BY of_department DESC, position, id LIMIT 1`);

/** What is known of the sound stays as long as it is the same one. */
export function putCompanyOpener(db: WritableDb, row: CloudOpener): void {
  const { id, name, text, sha256, durationMs, ofDepartment, isDefault, position } = row;
  db.run(
    `INSERT INTO company_opener (id, name, text, sha256, duration_ms, of_department, is_default, position)
     VALUES (:id, :name, :text, :sha256, :durationMs, :ofDepartment, :isDefault, :position)
     ON CONFLICT (id) DO UPDATE SET name = :name, text = :text, sha256 = :sha256, duration_ms = :durationMs,
       of_department = :ofDepartment, is_default = :isDefault, position = :position,
       peaks = CASE WHEN sha256 = :sha256 THEN peaks END`,
    { id, name, text, sha256, durationMs, ofDepartment: Number(ofDepartment), isDefault: Number(isDefault), position },
  );
}

export const removeCompanyOpener = (db: WritableDb, id: string): void =>
  void db.run('DELETE FROM company_opener WHERE id = ?', [id]);

/** Ids of all that are here, in their order, behind one of them. */
export const companyOpenerIds = (db: ReadableDb, after: string, limit: number): string[] =>
  db
    .all<{ id: string }>('SELECT id FROM company_opener WHERE id > ? ORDER BY id LIMIT ?', [after, limit])
    .map(({ id }) => id);

/** @param peaks null = the sound is not here, or is not what its hash says */
export const setPeaks = (db: WritableDb, sha256: string, peaks: Uint8Array | null): void =>
  void db.run('UPDATE company_opener SET peaks = ? WHERE sha256 = ?', [peaks, sha256]);
