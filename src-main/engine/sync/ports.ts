import type { JsonValue } from '#shared/base/json.ts';
import type { WritableDb } from '../database/handles.ts';

/** One change of this desk on its way to the cloud. `opId` is the idempotency key: sent again it is applied once. */
export interface CloudOp {
  readonly opId: string;
  readonly type: 'call.put';
  readonly entityId: string;
  readonly row: JsonValue;
}

/** What the cloud says about one op. `retry` = could not be decided now; the op stays in the queue. */
export interface CloudOpResult {
  readonly opId: string;
  readonly result: 'applied' | 'rejected' | 'retry';
  readonly code?: string | undefined;
}

/** One entry of the cloud's change log. `row` is null for a tombstone. */
export interface CloudChange {
  readonly seq: number;
  readonly type: string;
  readonly id: string;
  readonly row: JsonValue;
}

export interface CloudChanges {
  /** Changes when the cloud was restored from a backup: everything is pulled anew. */
  readonly epoch: string;
  readonly changes: readonly CloudChange[];
  /** Cursor for the next page; equals `after` when there is nothing new. */
  readonly next: number;
  readonly hasMore: boolean;
}

/** The sealed recording that is to be uploaded next. */
export interface RecordingUpload {
  readonly id: string;
  readonly callId: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly durationMs: number;
  /** The file's bytes from `offset` on; asked again after a broken upload. */
  open(offset: number): NodeJS.ReadableStream;
}

/**
 * The recordings feature's side of the uploader (implemented by features/recordings, injected by the root). A recording
 * is offered only when its call's row was confirmed by the cloud or may be sent in any order; the uploader asks for one at
 * a time. `next` marks nothing: after a crash the same recording is offered again.
 */
export interface RecordingUploads {
  /** Oldest sealed recording that the cloud has not confirmed and that was not given up; null = none. */
  next(): RecordingUpload | null;
  /** How many are waiting, the one under way included. */
  pending(): number;
  /** The cloud has confirmed the hash. */
  done(id: string): void;
  /** Refused for good (`code` of the error registry); shown to the person and not offered again until asked for. */
  failed(id: string, code: string): void;
}

/**
 * Takes over rows that the cloud sent, inside the puller's transaction. `row` null = deleted. An applier that cannot
 * read a row (a newer cloud) throws nothing: it answers with the ids that it left, and the puller keeps them raw.
 */
export interface ChangeApplier {
  /** @returns ids of rows this version cannot read; they are kept and offered again after an update of the desk. */
  apply(db: WritableDb, changes: readonly { readonly id: string; readonly row: JsonValue }[]): readonly string[];
}
