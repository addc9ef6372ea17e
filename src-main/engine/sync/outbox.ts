import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { describeError } from '#shared/base/errors.ts';
import type { EngineContext } from '../context.ts';
import type { ReadableDb, WritableDb } from '../database/handles.ts';
import type { CloudOp, CloudOpResult } from './ports.ts';

/** A changed entity; more kinds come with later features. */
export interface OutboxEntry {
  readonly type: CloudOp['type'];
  readonly entityId: string;
}

/** The entity as it is now, for the wire; null = it is gone. */
export type RowReader = (db: ReadableDb, entityId: string) => CloudOp['row'] | null;

export interface RejectedEntry extends OutboxEntry {
  readonly opId: string;
  readonly code: string;
}

export interface Outbox {
  /**
   * Notes that an entity changed. MUST run inside the transaction that changes it: both are on disk or neither is. A change
   * that has not been sent yet takes the new one along.
   */
  enqueue(db: WritableDb, entry: OutboxEntry): void;
  /** The next ops in order, oldest first, their rows frozen: asked again before they are settled, they are the same. */
  take(): CloudOp[];
  /** Applied ops are done; rejected ones stay to be seen. Ops without a result stay in the queue. */
  settle(results: readonly CloudOpResult[]): void;
  /** Entities whose changes still have to reach the cloud; to a person, one call is one record however often it changed. */
  waiting(): number;
  rejected(): RejectedEntry[];
  /** True while a change of this entity is still on its way (not when it was rejected). */
  isWaiting(entityId: string): boolean;
  /** True when the cloud has confirmed everything about this entity. */
  confirmed(entityId: string): boolean;
  /** After each enqueue, possibly before its commit. */
  onEnqueue(listener: () => void): Disposable;
}

const maxOps = 100;
/** Servers commonly refuse bodies over 1 MiB; the waveforms in a call's row are its bulk. */
const maxBytes = 512 * 1024;

interface Stored {
  position: number;
  opId: string;
  type: CloudOp['type'];
  entityId: string;
  row: string | null;
}

export interface OutboxDeps {
  readonly context: EngineContext;
  readonly db: WritableDb;
  readonly readers: { readonly [T in CloudOp['type']]: RowReader };
}

export function createOutbox({ context, db, readers }: OutboxDeps): Outbox {
  const enqueued = new Emitter<void>();
  const logger = context.logger.child('outbox');

  function reject(opId: string, code: string): void {
    db.run(`UPDATE outbox SET state = 'rejected', code = ? WHERE op_id = ?`, [code, opId]);
    logger.log('error', 'outbox.rejected', { opId, code });
  }

  /** An entity that cannot be read must not stop the ones behind it. */
  function freeze(entry: Stored): string | null {
    if (entry.row !== null) return entry.row;
    try {
      const row = readers[entry.type](db, entry.entityId);
      if (row === null) {
        reject(entry.opId, 'not-found');
        return null;
      }
      const text = JSON.stringify(row);
      db.run(`UPDATE outbox SET state = 'sent', row = ? WHERE position = ?`, [text, entry.position]);
      return text;
    } catch (error) {
      logger.log('error', 'outbox.unreadable', { opId: entry.opId, problem: describeError(error) });
      reject(entry.opId, 'internal');
      return null;
    }
  }

  function take(): CloudOp[] {
    const entries = db.all<Stored>(
      `SELECT position, op_id AS opId, type, entity_id AS entityId, row FROM outbox
       WHERE state IN ('pending', 'sent') ORDER BY position LIMIT ?`,
      [maxOps],
    );
    const ops: CloudOp[] = [];
    let bytes = 0;
    for (const entry of entries) {
      const text = freeze(entry);
      if (text === null) continue;
      bytes += Buffer.byteLength(text);
      if (bytes > maxBytes && ops.length > 0) break;
      ops.push({ opId: entry.opId, type: entry.type, row: JSON.parse(text) as CloudOp['row'] });
    }
    return ops;
  }

  function apply({ opId, status, code }: CloudOpResult): void {
    if (status === 'rejected') return reject(opId, code ?? 'cloud.refused');
    const done = db.get<{ position: number; entityId: string }>(
      'DELETE FROM outbox WHERE op_id = ? RETURNING position, entity_id AS entityId',
      [opId],
    );
    // The cloud now has a newer state of the entity than the one it once rejected.
    if (done)
      db.run(`DELETE FROM outbox WHERE entity_id = ? AND state = 'rejected' AND position < ?`, [
        done.entityId,
        done.position,
      ]);
  }

  return {
    enqueue(target, { type, entityId }) {
      const merged = target.get(`SELECT 1 FROM outbox WHERE entity_id = ? AND state = 'pending' AND type = ?`, [
        entityId,
        type,
      ]);
      if (!merged)
        target.run(`INSERT INTO outbox (op_id, type, entity_id, state, created_at) VALUES (?, ?, ?, 'pending', ?)`, [
          context.newId(),
          type,
          entityId,
          context.clock.now(),
        ]);
      enqueued.emit();
    },
    take: () => db.transaction(take),
    settle: (results) => db.transaction(() => results.forEach(apply)),
    waiting: () =>
      db.get<{ n: number }>(`SELECT count(DISTINCT entity_id) AS n FROM outbox WHERE state IN ('pending', 'sent')`)
        ?.n ?? 0,
    rejected: () =>
      db.all<RejectedEntry>(
        `SELECT op_id AS opId, type, entity_id AS entityId, code FROM outbox WHERE state = 'rejected' ORDER BY position`,
      ),
    isWaiting: (entityId) =>
      db.get(`SELECT 1 FROM outbox WHERE entity_id = ? AND state IN ('pending', 'sent') LIMIT 1`, [entityId]) !==
      undefined,
    confirmed: (entityId) => !db.get('SELECT 1 FROM outbox WHERE entity_id = ? LIMIT 1', [entityId]),
    onEnqueue: (listener) => enqueued.on(listener),
  };
}
