import { join } from 'node:path';
import { silentLogger } from '#shared/base/logger.ts';
import { createKeyValueStore } from '../../database/key-value.ts';
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
import { testCall } from './test-call.ts';
import type { ChangeApplier, CloudApi } from '../ports.ts';

/** A desk as sync sees it: "calls" are a name and a revision. */
export interface SyncDesk {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly sync: SyncFeature;
  /** What the appliers were given, by type. Calls that `change` has made are the desk's own. */
  readonly taken: Map<string, Map<string, unknown>>;
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

interface Options {
  readonly folder: string;
  readonly context: EngineContext;
  readonly api: CloudApi;
  readonly recordings?: RecordingUploads;
  readonly types?: readonly string[];
}

const pageOf = (ids: readonly string[], after: string, limit: number): string[] =>
  ids.filter((id) => id > after).sort().slice(0, limit); // prettier-ignore

export function openSyncDesk({ folder, context, api, recordings, types = ['call', 'lead'] }: Options): SyncDesk {
  const database = openDatabase(join(folder, 'desk.db'), { migrations, logger: silentLogger });
  const db = database.write;
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
  const taken = new Map<string, Map<string, unknown>>();
  const applierOf = (type: string): ChangeApplier => {
    const rows = new Map<string, unknown>();
    taken.set(type, rows);
    return {
      apply: (_db, changes) => {
        for (const { id, row } of changes) {
          if (row === null) rows.delete(id);
          else if (row === 'poison') throw new Error('an applier that breaks');
          else if (row !== 'from the future') rows.set(id, row);
        }
        return changes.filter(({ row }) => row === 'from the future').map(({ id }) => id);
      },
      known: (_db, after, limit) => pageOf([...rows.keys()], after, limit),
      own: (_db, after, limit) => (type === 'call' ? pageOf(Object.keys(revs()), after, limit) : []),
      sendAgain: (tx, ids) => {
        for (const id of ids) if (outbox.confirmed(id)) outbox.enqueue(tx, { type: 'call.put', entityId: id });
      },
    };
  };
  const appliers = Object.fromEntries(types.map((type) => [type, applierOf(type)]));
  const sync = createSync({
    context,
    database,
    api,
    outbox,
    appliers,
    recordings: recordings ?? new FakeRecordings(),
    random: () => 0.5,
  });
  return {
    database,
    outbox,
    sync,
    taken,
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
