import type { PushOpRow } from '#shared/cloud-contract/contract.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';

/** What the audit log is told of an export. */
export type ExportEntry = PushOpRow<'export.add'>;

/** Inside the transaction that enqueues its operation. */
export const keepUntold = (db: WritableDb, entry: ExportEntry): void =>
  void db.run('INSERT INTO export_untold (id, entry) VALUES (?, ?)', [entry.id, JSON.stringify(entry)]);

export const forgetUntold = (db: WritableDb, id: string): void =>
  void db.run('DELETE FROM export_untold WHERE id = ?', [id]);

/** Of which no operation is under way: a cloud that was too old has refused it. The oldest first. */
export const refusedEntries = (db: ReadableDb): ExportEntry[] =>
  db
    .all<{ entry: string }>(
      'SELECT entry FROM export_untold WHERE id NOT IN (SELECT entity_id FROM outbox) ORDER BY id LIMIT 1000',
    )
    .map(({ entry }) => JSON.parse(entry) as ExportEntry);
