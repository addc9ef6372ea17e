import BetterSqlite from 'better-sqlite3';
import type { Clock } from '#shared/base/clock.ts';
import { createLogger } from '#shared/base/logger.ts';
import type { CloudCall } from '#shared/cloud-contract/contract.ts';
import { createWritable } from '#engine/database/connection.ts';
import type { WritableDb } from '#engine/database/handles.ts';
import { migrate } from '#engine/database/migrate.ts';
import { migrations } from '#engine/database/migrations/index.ts';
import { WriteTurn } from '#engine/database/write-turn.ts';
import type { EngineContext } from '#engine/context.ts';
import type { GenerationReader, Generations } from '#engine/sync/generation.ts';
import { isUnclean } from '#engine/sync/generation-thread.ts';
import { GenerationBuilder, type GenerationRows } from '#engine/sync/generation-writer.ts';
import { createOutbox, createSync } from '#engine/sync/index.ts';
import { createCloudClient, type Tokens } from '#engine/sync/cloud-client.ts';
import type { CloudApi } from '#engine/sync/ports.ts';
import { readerOf } from '#engine/sync/testing/inline-generations.ts';
import { testCall } from '#engine/sync/testing/test-call.ts';
import type { LoadPerson } from './load-process.ts';

/** What all desks of a load have noted. */
export interface LoadNotes {
  /** From the request to its answer, ms. */
  readonly pushes: number[];
  pulls: number;
  /** In the log's words, with how often. */
  readonly complaints: Map<string, number>;
}

export interface LoadDesk {
  /** The call as it begins, and as it is when it is over. */
  put(id: string, rev: number): void;
  waiting(): number;
  close(): void;
}

export interface LoadDeskOptions {
  readonly url: string;
  readonly person: LoadPerson;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly notes: LoadNotes;
}

/**
 * What of a desk the cloud sees: the real client, outbox and sync, over HTTP. Its database is in memory: the disks of two
 * thousand desks are not those of the machine that measures.
 */
export async function openLoadDesk({ url, person, clock, newId, notes }: LoadDeskOptions): Promise<LoadDesk> {
  let tokens: Tokens | null = null;
  const store = { load: () => tokens, save: (next: Tokens | null) => void (tokens = next) };
  const complain = (what: string): void => void notes.complaints.set(what, (notes.complaints.get(what) ?? 0) + 1);
  const onSignedOut = (code: string): void => complain(`signed out: ${code}`);
  const client = createCloudClient({ baseUrl: url, clock, tokens: store, deviceId: newId(), onSignedOut });
  const { employee } = await client.signIn(person.account, person.password, 'load');

  const connection = new BetterSqlite(':memory:');
  const log = (line: string): void => {
    const { level, event, problem, code } = JSON.parse(line) as Record<string, string>;
    if (level === 'warn' || level === 'error') complain(`${event} ${problem ?? code ?? ''}`.slice(0, 160));
  };
  const logger = createLogger(log, () => clock.now());
  // Not with the handle of the work: it would keep each of their statements.
  migrate(createWritable(connection), migrations, createLogger(() => undefined, () => clock.now())); // prettier-ignore
  const write = createWritable(connection);
  const context: EngineContext = { clock, newId, logger, dataDir: '/nowhere' };
  const rows = new Map<string, CloudCall>();
  const outbox = createOutbox({
    context,
    db: write,
    readers: { 'call.put': (_db, id) => rows.get(id) ?? null },
    putBack: () => undefined,
    redo: () => undefined,
  });
  const apply = (): readonly string[] => [];
  const sync = createSync({
    context,
    database: { write, bulk: () => ({ transaction: (work) => write.transaction(work), checkpoint: async () => undefined, dispose: () => undefined }) }, // prettier-ignore
    api: noting(client, notes, clock),
    outbox,
    generations: nothingKept(write),
    appliers: { lead: { apply }, note: { apply }, call: { apply }, callee: { apply }, employee: { apply }, company: { apply }, recording: { apply } }, // prettier-ignore
    recordings: { next: () => null, pending: () => 0, done: () => undefined, failed: () => undefined },
    random: Math.random,
  });
  await sync.service.now();
  return {
    put(id, rev) {
      const startedAt = rows.get(id)?.startedAt ?? clock.now();
      rows.set(id, {
        ...{ ...testCall(id, rev), ...numberOf(id), startedAt, employeeId: employee.id },
        ...(rev === 1 ? {} : { endCause: 'remote-hang-up', endedAt: clock.now(), note: '周三再打' }),
      });
      write.transaction(() => outbox.enqueue(write, { type: 'call.put', entityId: id }));
    },
    waiting: () => outbox.waiting() + outbox.refused(),
    close() {
      sync.dispose();
      connection.close();
    },
  };
}

/** Nearly every call of a day is with somebody else, and a few numbers are dialled again. */
function numberOf(id: string): Pick<CloudCall, 'number' | 'numberTyped'> {
  const numberTyped = `154${String(Number.parseInt(id.slice(-8), 16) % 100_000).padStart(8, '0')}`;
  return { number: `+86${numberTyped}`, numberTyped };
}

/** Reads from zero as any desk does, and has no row of it. */
function nothingKept(db: WritableDb): Generations {
  const take = (): readonly string[] => [];
  const writers = { lead: take, note: take, call: take, callee: take, employee: take, company: take, recording: take };
  const rows: GenerationRows = { tables: [{ name: 'deferred_change', own: null }], writers, keep: {}, watched: new Set() }; // prettier-ignore
  const open = (): GenerationReader =>
    readerOf(new GenerationBuilder({ db, turn: new WriteTurn(), rows, now: () => performance.now() }), () => undefined);
  return { open, isUnclean: () => isUnclean(db), ended: () => Promise.resolve() };
}

const noting = (client: CloudApi, notes: LoadNotes, clock: Clock): CloudApi => ({
  changes(...asked) {
    notes.pulls += 1;
    return client.changes(...asked);
  },
  changesAsSent(...asked) {
    notes.pulls += 1;
    return client.changesAsSent(...asked);
  },
  async push(ops) {
    const began = clock.mono();
    const results = await client.push(ops);
    notes.pushes.push(clock.mono() - began);
    return results;
  },
  uploadRecording: (...asked) => client.uploadRecording(...asked),
  ...(client.watch ? { watch: client.watch.bind(client) } : {}),
});
