import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { EngineContext } from '../context.ts';
import type { ReadableDb, WritableDb } from '../database/handles.ts';
import { asWaiting, isDeed } from './deeds.ts';
import type { DeedRef, DeedType, OutboxEntry, RowOf, StateOpType, StoredDeed, WaitingDeed } from './deeds.ts';
import type { CloudOp, CloudOpResult } from './ports.ts';
import { openDeedsOf, refusalGroups, refusedForWantOf, refusedOpIds, rejectedEntries } from './refused.ts';
import type { OpenDeed, RefusalGroup, RefusalReason, RejectedEntry } from './refused.ts';

export interface DeedEntry<T extends DeedType> {
  readonly type: T;
  readonly entityId: string;
  /** What it is about, in a person's words: the lead's name. */
  readonly subject: string;
  /** @param before the newest op about this entity where it is of the same kind and was not sent yet; the answer takes its place */
  readonly row: (before: RowOf<T> | null) => RowOf<T>;
}

/** The entity as it is now, for the wire; null = it is gone. */
export type RowReader = (db: ReadableDb, entityId: string) => RowOf<StateOpType> | null;

export interface Outbox {
  /**
   * Notes that an entity changed. MUST run inside the transaction that changes it: both are on disk or neither is. A change
   * that has not been sent yet takes the new one along.
   */
  enqueue(db: WritableDb, entry: { readonly type: StateOpType; readonly entityId: string }): void;
  /** Notes what was done, in the same transaction as what it does here. */
  enqueueDeed<T extends DeedType>(db: WritableDb, entry: DeedEntry<T>): void;
  /** Oldest first. A newer row of the cloud goes below these. */
  waitingDeeds(entityId: string): WaitingDeed[];
  /** The same of all entities, without imports, which may be tens of megabytes. */
  everyWaitingDeed(): WaitingDeed[];
  /** What the waiting deeds of a kind are about. */
  waitingIds(type: DeedType): string[];
  /** The first part of an import that waits behind this place in the queue; null = none. */
  waitingImport(after: number): { readonly position: number; readonly row: RowOf<'lead.import'> } | null;
  /** The next ops in order, oldest first, their rows frozen: asked again before they are settled, they are the same, but for `first`. */
  take(): CloudOp[];
  /** Applied ops are done; rejected ones stay to be seen. Ops without a result stay in the queue. */
  settle(results: readonly CloudOpResult[]): void;
  /** Entities whose changes still have to reach the cloud; to a person, one call is one record however often it changed. */
  waiting(): number;
  /** Oldest first, 200 at most. */
  rejected(): RejectedEntry[];
  refused(): number;
  /** Both, for who asks with every news of the sync. */
  counts(): { readonly waiting: number; readonly refused: number };
  /** Sends a rejected op once more, as a new one behind all others. @throws AppError `not-found` */
  retry(opId: string): void;
  /** Gives a rejected op up. @throws AppError `not-found` */
  discard(opId: string): void;
  /** Of these entities, what was done to them here and the cloud has not taken: it waits, or is refused. Oldest first. */
  openDeeds(entityIds: readonly string[]): OpenDeed[];
  /** What was refused of these kinds, those for one reason together, the latest reason first. @param first so many entries of each */
  refusals(types: readonly DeedType[], first: number): RefusalGroup[];
  /** Of such a group, oldest first. */
  refusedOpIds(reason: RefusalReason): string[];
  /** What was refused of an entity and is pointless now, by kind. Inside the caller's transaction. */
  forgetRefused(db: WritableDb, entityId: string, pointless: (deed: WaitingDeed) => boolean): void;
  /** What is refused is not what it was; possibly before its commit. */
  onRefused(listener: () => void): Disposable;
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
/** Imports come by the hundred: no more of them at once than are read and written in a few ms. */
const maxImportBytes = 64 * 1024;

interface Stored {
  position: number;
  opId: string;
  type: CloudOp['type'];
  entityId: string;
  row: string | null;
  state: string;
}

export interface OutboxDeps {
  readonly context: EngineContext;
  readonly db: WritableDb;
  readonly readers: { readonly [T in StateOpType]: RowReader };
  /**
   * A deed was not (wholly) taken; what it was about as the cloud has it, where it told. Inside the transaction that settles
   * the op.
   */
  readonly putBack: (db: WritableDb, entry: DeedRef, row: CloudOpResult['row']) => void;
  /** The cloud has answered a part of an import, which keeps its own book of what was not taken. As `putBack`. */
  readonly imported?: (db: WritableDb, row: RowOf<'lead.import'>, result: CloudOpResult) => void;
  /** The cloud has heard of an export, or is too old to (`false`): those have a book of their own as well. As `putBack`. */
  readonly exported?: (db: WritableDb, id: string, isTold: boolean) => void;
  /** The cloud has answered a deed, and taken it or not. As `putBack`. */
  readonly answered?: (db: WritableDb, entry: DeedRef, isTaken: boolean) => void;
  /** A deed that was put back is to be sent once more: it is done here again, too. */
  readonly redo: (db: WritableDb, deed: WaitingDeed & DeedRef) => void;
}

export function createOutbox({
  context,
  db,
  readers,
  putBack,
  redo,
  imported,
  exported,
  answered,
}: OutboxDeps): Outbox {
  const enqueued = new Emitter<void>();
  const refused = new Emitter<void>();
  const logger = context.logger.child('outbox');

  function reject(opId: string, code: string, details: CloudOpResult['details'] = {}): void {
    db.run(`UPDATE outbox SET state = 'rejected', code = ?, details = ?, rejected_at = ? WHERE op_id = ?`, [
      code,
      JSON.stringify(details),
      context.clock.now(),
      opId,
    ]);
    logger.log('error', 'outbox.rejected', { opId, code });
    refused.emit();
  }

  /** What is to be sent of it. An entity that cannot be read must not stop the ones behind it. */
  function textFor(entry: Stored): string | null {
    try {
      const row = entry.row ?? textOf(readers[entry.type as StateOpType](db, entry.entityId));
      if (row === null) reject(entry.opId, 'not-found');
      return row;
    } catch (error) {
      logger.log('error', 'outbox.unreadable', { opId: entry.opId, problem: describeError(error) });
      reject(entry.opId, 'internal');
      return null;
    }
  }

  /** The next ones, without those that no push has room for: their rows are not read in vain. */
  function nextEntries(): Stored[] {
    const sizes = db.all<{ position: number; type: string; bytes: number | null }>(
      `SELECT position, type, octet_length(row) AS bytes FROM outbox
       WHERE state IN ('pending', 'sent') ORDER BY position LIMIT ?`,
      [maxOps],
    );
    let [last, imports] = [0, 0];
    for (const { position, type, bytes } of sizes) {
      if (type === 'lead.import') imports += bytes ?? 0;
      if (imports > maxImportBytes && last > 0) break;
      last = position;
    }
    return db.all<Stored>(
      `SELECT position, op_id AS opId, type, entity_id AS entityId, row, state FROM outbox
       WHERE state IN ('pending', 'sent') AND position <= ? ORDER BY position`,
      [last],
    );
  }

  function take(): CloudOp[] {
    const ops: CloudOp[] = [];
    let bytes = 0;
    for (const entry of nextEntries()) {
      const text = textFor(entry);
      if (text === null) continue;
      bytes += Buffer.byteLength(text);
      if (bytes > maxBytes && ops.length > 0) break;
      const { opId, type, position, state } = entry;
      const first = state === 'pending';
      if (first) db.run(`UPDATE outbox SET state = 'sent', row = ? WHERE position = ?`, [text, position]);
      ops.push({ opId, type, row: JSON.parse(text) as unknown, ...(first ? { first } : {}) } as CloudOp);
    }
    return ops;
  }

  const counts: Outbox['counts'] = () =>
    db.get<ReturnType<Outbox['counts']>>(
      `SELECT count(DISTINCT entity_id) FILTER (WHERE state <> 'rejected') AS waiting,
         count(*) FILTER (WHERE state = 'rejected') AS refused FROM outbox`,
    ) ?? { waiting: 0, refused: 0 };

  const nothingToSend = (): boolean =>
    db.get(`SELECT 1 FROM outbox WHERE state IN ('pending', 'sent') LIMIT 1`) === undefined;

  function apply(result: CloudOpResult): void {
    const { opId, status } = result;
    const entry = db.get<OutboxEntry & { position: number }>(
      `SELECT position, type, entity_id AS entityId FROM outbox WHERE op_id = ? AND state <> 'rejected'`,
      [opId],
    );
    if (!entry) return;
    if (entry.type === 'lead.import') return applyImport(entry, result);
    if (entry.type === 'export.add') return applyExport(entry, result);
    if (status === 'rejected') reject(opId, result.code ?? 'cloud.refused', result.details);
    else done(entry);
    if (!isDeed(entry)) return;
    if (status !== 'applied') putBack(db, entry, result.row);
    answered?.(db, entry, status !== 'rejected');
  }

  function applyImport({ position }: { position: number }, result: CloudOpResult): void {
    const sent = db.get<{ row: string }>('SELECT row FROM outbox WHERE position = ?', [position]);
    if (result.status === 'rejected') logger.log('error', 'outbox.rejected', { opId: result.opId, code: result.code });
    if (sent) imported?.(db, JSON.parse(sent.row) as RowOf<'lead.import'>, result);
    forget(position);
  }

  /** Whoever exported is not asked whether the log is to know of it. */
  function applyExport({ position, entityId }: OutboxEntry & { position: number }, result: CloudOpResult): void {
    if (result.status === 'rejected') logger.log('warn', 'outbox.rejected', { opId: result.opId, code: result.code });
    exported?.(db, entityId, result.status !== 'rejected');
    forget(position);
  }

  function done({ position, type, entityId }: OutboxEntry & { position: number }): void {
    db.run('DELETE FROM outbox WHERE position = ?', [position]);
    // The cloud now has a newer state of the entity than the one it once rejected.
    if (type === 'call.put')
      db.run(`DELETE FROM outbox WHERE entity_id = ? AND state = 'rejected' AND position < ?`, [entityId, position]);
  }

  function add(
    target: WritableDb,
    { type, entityId }: OutboxEntry,
    row: string | null,
    subject: string | null = null,
  ): void {
    target.run(
      `INSERT INTO outbox (op_id, type, entity_id, state, row, subject, created_at) VALUES (?, ?, ?, 'pending', ?, ?, ?)`,
      [context.newId(), type, entityId, row, subject, context.clock.now()],
    );
    enqueued.emit();
  }

  function rejectedEntry(opId: string): Omit<Stored, 'state'> & { subject: string | null } {
    const entry = db.get<Omit<Stored, 'state'> & { subject: string | null }>(
      `SELECT position, op_id AS opId, type, entity_id AS entityId, row, subject FROM outbox WHERE op_id = ? AND state = 'rejected'`,
      [opId],
    );
    if (!entry) throw new AppError('not-found');
    return entry;
  }

  const forget = (position: number): void => void db.run('DELETE FROM outbox WHERE position = ?', [position]);

  function retry(opId: string): void {
    const entry = rejectedEntry(opId);
    // A claim takes along what was to be written into the lead that it did not get.
    const behind = refusedForWantOf(db, entry.entityId, entry.position);
    forget(entry.position);
    // A state is read anew; a deed is what it was.
    const deed = isDeed(entry);
    add(db, entry, deed ? entry.row : null, entry.subject);
    if (deed) redo(db, { ...entry, row: JSON.parse(entry.row ?? 'null') as unknown } as WaitingDeed & DeedRef);
    refused.emit();
    if (entry.type === 'lead.claim') behind.forEach(retry);
  }

  return {
    enqueue(target, entry) {
      const merged = target.get(`SELECT 1 FROM outbox WHERE entity_id = ? AND state = 'pending' AND type = ?`, [
        entry.entityId,
        entry.type,
      ]);
      if (merged) enqueued.emit();
      else add(target, entry, null);
    },
    enqueueDeed(target, entry) {
      const last = target.get<Stored>(
        `SELECT position, type, row, state FROM outbox WHERE entity_id = ? AND state <> 'rejected' ORDER BY position DESC LIMIT 1`,
        [entry.entityId],
      );
      if (last?.state !== 'pending' || last.type !== entry.type)
        return add(target, entry, textOf(entry.row(null)), entry.subject);
      const before = JSON.parse(last.row ?? 'null') as Parameters<typeof entry.row>[0];
      target.run('UPDATE outbox SET row = ? WHERE position = ?', [textOf(entry.row(before)), last.position]);
      enqueued.emit();
    },
    waitingDeeds: (entityId) =>
      db
        .all<StoredDeed>(
          `SELECT type, row FROM outbox WHERE entity_id = ? AND state <> 'rejected' AND type <> 'call.put' ORDER BY position`,
          [entityId],
        )
        .map(asWaiting),
    everyWaitingDeed: () =>
      db
        .all<StoredDeed>(
          `SELECT type, row FROM outbox
           WHERE state IN ('pending', 'sent') AND type NOT IN ('call.put', 'lead.import') ORDER BY position`,
        )
        .map(asWaiting),
    waitingIds: (type) =>
      db
        .all<{ id: string }>(
          `SELECT entity_id AS id FROM outbox WHERE state IN ('pending', 'sent') AND type = ? ORDER BY position`,
          [type],
        )
        .map(({ id }) => id),
    waitingImport(after) {
      const found = db.get<{ position: number; row: string }>(
        `SELECT position, row FROM outbox WHERE state IN ('pending', 'sent') AND type = 'lead.import' AND position > ?
         ORDER BY position LIMIT 1`,
        [after],
      );
      return found ? { position: found.position, row: JSON.parse(found.row) as RowOf<'lead.import'> } : null;
    },
    // Asked behind every push whether that was all: what is empty needs no transaction.
    take: () => (nothingToSend() ? [] : db.transaction(take)),
    settle: (results) => db.transaction(() => results.forEach(apply)),
    waiting: () => counts().waiting,
    rejected: () => rejectedEntries(db),
    refused: () => counts().refused,
    counts,
    retry: (opId) => db.transaction(() => retry(opId)),
    discard: (opId) =>
      db.transaction(() => {
        forget(rejectedEntry(opId).position);
        refused.emit();
      }),
    openDeeds: (entityIds) => openDeedsOf(db, entityIds),
    refusals: (types, first) => refusalGroups(db, types, first),
    refusedOpIds: (reason) => refusedOpIds(db, reason),
    forgetRefused(target, entityId, pointless) {
      for (const { deed, refused: entry } of openDeedsOf(target, [entityId])) {
        if (!entry || !pointless(deed)) continue;
        target.run('DELETE FROM outbox WHERE op_id = ?', [entry.opId]);
        refused.emit();
      }
    },
    onRefused: (listener) => refused.on(listener),
    isWaiting: (entityId) =>
      db.get(`SELECT 1 FROM outbox WHERE entity_id = ? AND state IN ('pending', 'sent') LIMIT 1`, [entityId]) !==
      undefined,
    confirmed: (entityId) => !db.get('SELECT 1 FROM outbox WHERE entity_id = ? LIMIT 1', [entityId]),
    onEnqueue: (listener) => enqueued.on(listener),
  };
}

const textOf = (row: object | null): string | null => (row === null ? null : JSON.stringify(row));
