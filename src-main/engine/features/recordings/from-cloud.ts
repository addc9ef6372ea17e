import type { CloudCallRecording } from '#shared/cloud-contract/rows.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';
import { emptyRow } from './empty-row.ts';
import { saveRecording } from './repository.ts';

const fromBase64 = (text: string): Uint8Array => Buffer.from(text, 'base64');

/** A colleague's recording is known by its call's row; its sound is fetched when somebody listens. */
export function takeRecordingFromCloud(
  db: WritableDb,
  callId: string,
  answeredAt: number,
  meta: CloudCallRecording,
): void {
  if (db.get('SELECT 1 FROM recording WHERE call_id = ?', [callId])) return;
  const peaks = { customerPeaks: fromBase64(meta.customerPeaks), agentPeaks: fromBase64(meta.agentPeaks) };
  const { id, durationMs, bytes, sha256, peakMs, cutInMs, openerStartMs, openerEndMs } = meta;
  saveRecording(db, {
    ...emptyRow,
    ...{ id, callId, state: 'uploaded', file: null, startedAt: answeredAt, uploaded: true },
    ...{ durationMs, bytes, sha256, peakMs, cutInMs, openerStartMs, openerEndMs, talkMs: durationMs },
    ...peaks,
  });
}

/** With a colleague's call that this person may not see any more goes what was known of its recording. */
export const removeRecordingFromCloud = (db: WritableDb, callId: string): void =>
  void db.run(
    `DELETE FROM recording WHERE call_id = ? AND file IS NULL
       AND NOT EXISTS (SELECT 1 FROM call AS home WHERE home.id = recording.call_id AND home.made_here = 1)`,
    [callId],
  );

/** How colleagues' recordings that are in use go on in another generation that lacks them. */
export const keptRecordings = {
  ids: (db: ReadableDb, after: string, limit: number): string[] =>
    db
      .all<{ id: string }>('SELECT id FROM recording WHERE file IS NULL AND id > ? ORDER BY id LIMIT ?', [after, limit])
      .map(({ id }) => id),
  keep: (next: WritableDb, _used: ReadableDb, id: string): void =>
    void next.run(
      `INSERT OR IGNORE INTO recording SELECT * FROM main.recording AS used WHERE used.id = ?
         AND EXISTS (SELECT 1 FROM call AS home WHERE home.id = used.call_id)`,
      [id],
    ),
};
