import { cloudCall, type CloudCall } from '#shared/cloud-contract/contract.ts';
import type { CloudCallRecording } from '#shared/cloud-contract/rows.ts';
import type { WritableDb } from './database/handles.ts';

interface CallsAndRecordings {
  upsert(db: WritableDb, call: CloudCall): void;
  remove(db: WritableDb, callId: string): void;
  /** A far desk's recording travels in its call's row. */
  takeRecording(db: WritableDb, callId: string, answeredAt: number, recording: CloudCallRecording): void;
}

/**
 * Calls of the cloud, inside the caller's transaction; null = no longer for this person's eyes.
 * @returns ids of rows that this version cannot read
 */
export function takeCalls(
  db: WritableDb,
  changes: readonly { readonly id: string; readonly row: unknown }[],
  { upsert, remove, takeRecording }: CallsAndRecordings,
): string[] {
  const unread: string[] = [];
  for (const { id, row } of changes) {
    if (row === null) {
      remove(db, id);
      continue;
    }
    const parsed = cloudCall.safeParse(row);
    if (!parsed.success) {
      unread.push(id);
      continue;
    }
    upsert(db, parsed.data);
    const { recording, answeredAt, startedAt } = parsed.data;
    if (recording) takeRecording(db, id, answeredAt ?? startedAt, recording);
  }
  return unread;
}
