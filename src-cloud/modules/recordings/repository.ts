import { sql } from 'kysely';
import type { CloudRecording } from '#shared/cloud-contract/contract.ts';
import { acrossCompanies } from '../../database/access.ts';
import type { Database, Reader, Tx } from '../../database/database.ts';
import type { Tables } from '../../database/schema.ts';
import { visibleTo, type Scope } from '../../database/scope.ts';
import { writeAudit, type AuditMark } from '../audit/index.ts';

export type Upload = Tables['upload'];

export const recordingsById = (db: Reader, scope: Scope, ids: readonly string[]): Promise<CloudRecording[]> =>
  db
    .selectFrom('recording')
    .select(['id', 'callId', 'employeeId', 'sha256', 'bytes', 'durationMs', 'storedAt'])
    .select(sql<CloudRecording['state']>`CASE WHEN purged_at IS NULL THEN 'stored' ELSE 'purged' END`.as('state'))
    .where(visibleTo(scope, 'recording', 'employeeId'))
    .where('id', 'in', ids)
    .execute();

export type Playable = Pick<Tables['recording'], 'sha256' | 'bytes' | 'purgedAt'>;

/** For whoever may hear it. */
export const playable = (db: Reader, scope: Scope, id: string): Promise<Playable | undefined> =>
  db
    .selectFrom('recording')
    .select(['sha256', 'bytes', 'purgedAt'])
    .where(visibleTo(scope, 'recording', 'employeeId'))
    .where('id', '=', id)
    .executeTakeFirst();

/** Of the company, whoever asks. For ownership checks only. */
export const storedRecording = (db: Reader, scope: Scope, id: string) =>
  db
    .selectFrom('recording')
    .select(['employeeId', 'sha256', 'bytes', 'callId'])
    .where('companyId', '=', scope.companyId)
    .where('id', '=', id)
    .executeTakeFirst();

/** Uploads are their sender's alone. */
export const findUpload = (db: Reader, scope: Scope, id: string): Promise<Upload | undefined> =>
  db
    .selectFrom('upload')
    .selectAll()
    .where('companyId', '=', scope.companyId)
    .where('id', '=', id)
    .where('employeeId', '=', scope.employeeId)
    .executeTakeFirst();

/** Keeps what is there: creating twice is once. */
export const insertUpload = (tx: Tx, upload: Upload) =>
  tx
    .insertInto('upload')
    .values(upload)
    .onConflict((conflict) => conflict.columns(['companyId', 'id']).doNothing())
    .execute();

export const deleteUpload = (tx: Tx, scope: Scope, id: string) =>
  tx
    .deleteFrom('upload')
    .where('companyId', '=', scope.companyId)
    .where('employeeId', '=', scope.employeeId)
    .where('id', '=', id)
    .execute();

// The sweep looks at all companies: nobody asks, so there is no Scope.

export const uploadsBefore = (db: Database, createdBefore: number) =>
  acrossCompanies(db, 'old-uploads', (reader) =>
    reader.selectFrom('upload').select(['companyId', 'id']).where('createdAt', '<', createdBefore).execute(),
  );

export const deleteUploadOf = (tx: Tx, companyId: string, id: string) =>
  tx.deleteFrom('upload').where('companyId', '=', companyId).where('id', '=', id).execute();

export async function uploadExists(db: Reader, companyId: string, id: string): Promise<boolean> {
  const found = db.selectFrom('upload').select('id').where('companyId', '=', companyId).where('id', '=', id);
  return (await found.executeTakeFirst()) !== undefined;
}

export async function insertRecording(tx: Tx, upload: Upload, now: number): Promise<boolean> {
  const { companyId, id, callId, employeeId, sha256, bytes, durationMs } = upload;
  const done = await tx
    .insertInto('recording')
    .values({ companyId, id, callId, employeeId, sha256, bytes, durationMs, storedAt: now })
    .onConflict((conflict) => conflict.columns(['companyId', 'id']).doNothing())
    .executeTakeFirst();
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** One row per playback or download: the ranges asked for within `quietMs` of it belong to the same one. */
export async function auditPlayback(
  tx: Tx,
  scope: Scope,
  id: string,
  action: 'recording.play' | 'recording.download',
  mark: AuditMark,
  quietMs: number,
): Promise<boolean> {
  const recent = await tx
    .selectFrom('audit')
    .select('id')
    .where('companyId', '=', scope.companyId)
    .where('action', '=', action)
    .where('entityId', '=', id)
    .where('employeeId', '=', scope.employeeId)
    .where('at', '>', mark.at - quietMs)
    .executeTakeFirst();
  if (recent) return false;
  await writeAudit(tx, mark, { action, on: { type: 'recording', id } });
  return true;
}
