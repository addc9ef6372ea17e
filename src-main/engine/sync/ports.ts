import type { Readable } from 'node:stream';
import type { JsonValue } from '#shared/base/json.ts';
import type { PushOpRow, PushOpType } from '#shared/cloud-contract/contract.ts';
import type { ReadableDb, WritableDb } from '../database/handles.ts';

/**
 * One change of this desk on its way to the cloud. `opId` is the idempotency key: sent again it is applied once. `first`: it
 * was never sent before.
 */
export type CloudOp = {
  readonly [T in PushOpType]: {
    readonly opId: string;
    readonly type: T;
    readonly row: PushOpRow<T>;
    readonly first?: true;
  };
}[PushOpType];

/**
 * What the cloud says about one op. A rejection is for good: the same op would be rejected again. `merged`: fields that
 * somebody else had changed meanwhile are not taken; they stand as a note beside the lead.
 */
export interface CloudOpResult {
  readonly opId: string;
  readonly status: 'applied' | 'merged' | 'rejected';
  readonly code?: string | undefined;
  readonly details?: { readonly [fact: string]: JsonValue } | undefined;
  /** The entity of a merged or rejected op as it is now; null = not for this person (any more). */
  readonly row?: { readonly [field: string]: JsonValue } | null | undefined;
}

/** One entry of the cloud's change log; `row` is the entity as it is now, null when it was deleted. */
export interface CloudChangeEntry {
  readonly seq: number;
  /** "lead", "call", "recording", "employee", "company", or what a newer cloud has added. */
  readonly type: string;
  readonly id: string;
  /** Absent where the client could not read the entry: `raw` is then the whole of it. */
  readonly row?: unknown;
  readonly raw?: { readonly [field: string]: unknown };
}

export interface CloudChangePage {
  /** Another epoch than before = another history (restored backup, other rights): everything is pulled anew. */
  readonly epoch: string;
  readonly changes: readonly CloudChangeEntry[];
  /** Cursor behind everything in this page; may lie beyond its last change. */
  readonly next: number;
  /** Entries up to `next` that are not in the page on purpose. With it the desk proves that it missed nothing; clouds of before do not say. */
  readonly hidden?: number | undefined;
  /** Up to this number deletions are no longer told. Clouds of before tell them all, and do not say. */
  readonly floor?: number | undefined;
  /** Where the company's counter stood; for how far a reading from zero is. Clouds of before do not say. */
  readonly head?: number | undefined;
  /** The cloud's clock, ms, when it read this page. */
  readonly serverTime?: number | undefined;
  /** Of the reply as it came, where that is known. */
  readonly bytes?: number | undefined;
  readonly hasMore: boolean;
}

/** The body of an answer in the parts in which it came, each in a buffer of its own. */
export type SentParts = readonly Uint8Array<ArrayBuffer>[];

/** What sync needs of a cloud (sync/cloud-client.ts has it). Every call rejects with an AppError. */
export interface CloudApi {
  changes(after: number, limit: number, signal?: AbortSignal): Promise<CloudChangePage>;
  /** The same page as it came, for who reads it elsewhere. */
  changesAsSent(after: number, limit: number, signal?: AbortSignal): Promise<SentParts>;
  /** At most 100 ops. */
  push(ops: readonly CloudOp[]): Promise<readonly CloudOpResult[]>;
  /**
   * Listens to where the company's change counter stands, until either side ends it. @returns the reason that the cloud
   * gave, `cut` where it gave none. Absent: nothing is told, the desk asks.
   */
  watch?(listener: WatchListener, signal: AbortSignal): Promise<string>;
  /**
   * Gives up what is under way, which rejects with `cloud.unreachable`: the connections may be dead without knowing. Absent:
   * there are none.
   */
  cut?(): void;
  /** Resumes by itself where an earlier try stopped; resolves when the cloud has checked the hash. */
  uploadRecording(recording: RecordingUpload, signal?: AbortSignal): Promise<void>;
}

export interface WatchListener {
  /** At once, and after changes that this person may see. */
  onChanged(seq: number): void;
  /** Nothing new, and the line is alive. */
  onBeat(): void;
}

/** A sealed recording on its way to the cloud. */
export interface RecordingUpload {
  readonly id: string;
  readonly callId: string;
  /** Hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly durationMs: number;
  /** The file's bytes from `offset` on; called again for each try. */
  open(offset: number): Readable;
}

/**
 * The recordings feature's side of the uploader (implemented there, injected by the root). The uploader carries one
 * recording at a time and only when the outbox is empty, so that the cloud knows the call first. `next` marks nothing:
 * after a crash the same recording is offered again, and the cloud recognises it by its id.
 */
export interface RecordingUploads {
  /** Oldest sealed recording that the cloud has not confirmed and that was not given up; null = none. */
  next(): RecordingUpload | null;
  /** How many are waiting, the one under way included. */
  pending(): number;
  /** The cloud has confirmed the hash. */
  done(id: string): void;
  /** Refused for good: shown to the person, and `next` does not offer it again until they ask. */
  failed(id: string, code: string): void;
}

export interface OwnRow {
  readonly id: string;
  /** The generation in use lacks it, or has it in an older state (`generation_seen`). */
  readonly lost: boolean;
}

/**
 * Takes over rows of one type that the cloud sent, in the order of their change. `apply` runs inside the puller's
 * transaction; `applied` some time after its commit, once a second during a long pull (the place to tell the windows).
 */
export interface ChangeApplier {
  /** @returns the ids of rows that this version cannot read; the puller keeps those raw and offers them again. */
  apply(db: WritableDb, changes: readonly { readonly id: string; readonly row: unknown }[]): readonly string[];
  applied?(): void;
  /**
   * Of types that are not read as a new generation: ids behind `after` of what is here from the cloud, in their order, at
   * most `limit`. When the cloud has another history those that it does not know any more are given to `apply` as deleted.
   */
  known?(db: ReadableDb, after: string, limit: number): readonly string[];
  /** Another generation is in use: what waits to be sent is laid on top of it. Inside the puller's transaction. */
  swapped?(db: WritableDb): void;
  /** The next `limit` behind `after` of what came from this desk, in the order of their ids. */
  own?(db: ReadableDb, after: string, limit: number): readonly OwnRow[];
  /** The cloud does not have these: if it once took them it was restored from a backup, and they are sent again. Inside the puller's transaction. */
  sendAgain?(db: WritableDb, ids: readonly string[]): void;
}
