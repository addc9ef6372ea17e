import { join } from 'node:path';
import { silentLogger } from '#shared/base/logger.ts';
import { createKeyValueStore } from '../../database/key-value.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';
import { migrations } from '../../database/migrations/index.ts';
import { openDatabase, type Database } from '../../database/open-database.ts';
import type { EngineContext } from '../../context.ts';
import {
  createOutbox,
  createSync,
  type Outbox,
  type RecordingUpload,
  type RecordingUploads,
  type SyncFeature,
} from '../index.ts';
import type { GenerationRows } from '../generation-writer.ts';
import type { ChangeApplier, CloudApi } from '../ports.ts';
import { inlineGenerations } from './inline-generations.ts';
import { testCall } from './test-call.ts';

/** A desk as sync sees it: "calls" are a name and a revision. */
export interface SyncDesk {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly sync: SyncFeature;
  /** Of which types the windows were told, in order. */
  readonly touched: readonly string[];
  /** What the cloud's rows are here, by type. Calls that `change` has made are the desk's own. */
  taken(type: string): Map<string, unknown>;
  change(id: string): void;
  revs(): { [id: string]: number };
  /** As kill -9: nothing more runs, the file stays as it is. */
  stop(): void;
}

export class FakeRecordings implements RecordingUploads {
  waiting: string[] = [];
  readonly given: { id: string; code: string }[] = [];
  next(): RecordingUpload | null {
    const id = this.waiting[0];
    if (!id) return null;
    const open = (): never => {
      throw new Error('the fake cloud reads no bytes');
    };
    return { id, callId: id, sha256: '', bytes: 0, durationMs: 0, open };
  }
  pending(): number {
    return this.waiting.length;
  }
  done(id: string): void {
    this.waiting = this.waiting.filter((other) => other !== id);
  }
  failed(id: string, code: string): void {
    this.given.push({ id, code });
    this.done(id);
  }
}

const wasSeen = (db: ReadableDb, id: string): boolean =>
  db.get(`SELECT 1 FROM generation_seen WHERE type = 'call' AND id = ?`, [id]) !== undefined;

interface Options {
  readonly folder: string;
  readonly context: EngineContext;
  readonly api: CloudApi;
  readonly recordings?: RecordingUploads;
  readonly types?: readonly string[];
}

type Rows = readonly { readonly id: string; readonly row: unknown }[];

/** Rows of every type in one table, in the order in which they came first. */
function take(db: WritableDb, type: string, changes: Rows): string[] {
  for (const { id, row } of changes) {
    if (row === null) db.run('DELETE FROM taken WHERE type = ? AND id = ?', [type, id]);
    else if (row === 'poison') throw new Error('an applier that breaks');
    else if (row !== 'from the future')
      db.run(
        'INSERT INTO taken (type, id, row) VALUES (?, ?, ?) ON CONFLICT (type, id) DO UPDATE SET row = excluded.row',
        [type, id, JSON.stringify(row)],
      );
  }
  return changes.filter(({ row }) => row === 'from the future').map(({ id }) => id);
}

/** Leads and calls are read anew as a whole; of other types the appliers hear behind it. */
const generationRows: GenerationRows = {
  tables: [
    { name: 'taken', own: null },
    { name: 'deferred_change', own: null },
  ],
  writers: { lead: (db, changes) => take(db, 'lead', changes), call: (db, changes) => take(db, 'call', changes) },
  keep: Object.fromEntries(
    ['lead', 'call'].map((type) => [
      type,
      {
        ids: (used: ReadableDb, after: string, limit: number) => idsOf(used, type, after, limit),
        keep: (next: WritableDb, _used: ReadableDb, id: string) =>
          void next.run('INSERT OR IGNORE INTO taken (type, id, row) SELECT type, id, row FROM main.taken AS used WHERE used.type = ? AND used.id = ?', [type, id]), // prettier-ignore
      },
    ]),
  ),
  watched: new Set(['call']),
};

const idsOf = (db: ReadableDb, type: string, after: string, limit: number): string[] =>
  db
    .all<{ id: string }>('SELECT id FROM taken WHERE type = ? AND id > ? ORDER BY id LIMIT ?', [type, after, limit])
    .map(({ id }) => id);

export function openSyncDesk({ folder, context, api, recordings, types = ['call', 'lead'] }: Options): SyncDesk {
  const database = openDatabase(join(folder, 'desk.db'), { migrations, logger: silentLogger });
  const db = database.write;
  db.run(`CREATE TABLE IF NOT EXISTS taken (
    n INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, row TEXT NOT NULL, UNIQUE (type, id))`);
  const store = createKeyValueStore(db);
  const revs = (): { [id: string]: number } => JSON.parse(store.get('test.revs') ?? '{}') as { [id: string]: number };
  const outbox = createOutbox({
    context,
    db,
    readers: {
      'call.put': (_db, id) => {
        const rev = revs()[id];
        return rev === undefined ? null : testCall(id, rev);
      },
    },
    putBack: () => undefined,
    redo: () => undefined,
  });
  const touched: string[] = [];
  const applierOf = (type: string): ChangeApplier => ({
    apply: (tx, changes) => take(tx, type, changes),
    applied: () => void touched.push(type),
    ...(generationRows.writers[type] ? {} : { known: (tx, after, limit) => idsOf(tx, type, after, limit) }),
    own(tx, after, limit) {
      if (type !== 'call') return [];
      const ids = Object.keys(revs()).filter((id) => id > after).sort(); // prettier-ignore
      return ids.slice(0, limit).map((id) => ({ id, lost: !wasSeen(tx, id) }));
    },
    sendAgain(tx, ids) {
      for (const id of ids) if (outbox.confirmed(id)) outbox.enqueue(tx, { type: 'call.put', entityId: id });
    },
  });
  const appliers = Object.fromEntries(types.map((type) => [type, applierOf(type)]));
  const sync = createSync({
    context,
    database,
    api,
    outbox,
    generations: inlineGenerations(database, generationRows),
    appliers,
    recordings: recordings ?? new FakeRecordings(),
    random: () => 0.5,
  });
  return {
    database,
    outbox,
    sync,
    touched,
    taken: (type) =>
      new Map(
        db
          .all<{ id: string; row: string }>('SELECT id, row FROM taken WHERE type = ? ORDER BY n', [type])
          .map(({ id, row }) => [id, JSON.parse(row) as unknown]),
      ),
    change: (id) =>
      db.transaction(() => {
        const all = revs();
        store.set('test.revs', JSON.stringify({ ...all, [id]: (all[id] ?? 0) + 1 }));
        outbox.enqueue(db, { type: 'call.put', entityId: id });
      }),
    revs,
    stop: () => {
      sync.dispose();
      database.close();
    },
  };
}
