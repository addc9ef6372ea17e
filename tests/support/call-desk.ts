import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '#shared/base/logger.ts';
import { cloudCall, type CloudCall } from '#shared/cloud-contract/contract.ts';
import { systemClock } from '#engine/index.ts';
import { newId } from '#cloud/main/system.ts';
import { migrations } from '#engine/database/migrations/index.ts';
import { openDatabase } from '#engine/database/open-database.ts';
import { toCloudCall, upsertFromCloud } from '#engine/features/calls/cloud-calls.ts';
import { generationRows } from '#engine/generation-rows.ts';
import type { CloudClient } from '#engine/sync/cloud-client.ts';
import { createOutbox, createSync, type ChangeApplier, type RecordingUploads, type SyncFeature } from '#engine/sync/index.ts'; // prettier-ignore
import { inlineGenerations } from '#engine/sync/testing/inline-generations.ts';
import { testCall } from '#engine/sync/testing/test-call.ts';
import { signedClient } from './signed-client.ts';

/** The part of a desk that a cloud sees: real client, outbox, sync and database file, and calls in it. No phone. */
export interface CallDesk {
  readonly client: CloudClient;
  readonly sync: SyncFeature;
  /** A new call of this person. */
  add(note: string): string;
  /** Another note, and with it the next revision. */
  change(id: string, note: string): void;
  /** What is here of every call, by id: `revision note`. */
  calls(): Map<string, string>;
  /** Lines of the log with this event. */
  logged(event: string): string[];
  close(): void;
}

const noRecordings: RecordingUploads = {
  next: () => null,
  pending: () => 0,
  done: () => undefined,
  failed: () => undefined,
};

/** Signs in by `cloudUrl` and is in step when it resolves. */
/** @param options `told: false` = no stream tells it of changes: it reads when it is asked to */
export async function openCallDesk(cloudUrl: string, account: string, { told = true } = {}): Promise<CallDesk> {
  const folder = mkdtempSync(join(tmpdir(), 'jinhu-call-desk-'));
  const lines: string[] = [];
  const logger = createLogger((line) => lines.push(line), Date.now);
  const context = { clock: systemClock, newId, logger, dataDir: folder };
  const client = await signedClient(cloudUrl, { account, password: 'demo1234', deviceId: `desk-${account}` });
  const { employee } = await client.me();
  const api = told ? client : (Object.create(client, { watch: { value: undefined } }) as typeof client);
  const database = openDatabase(join(folder, 'desk.db'), { migrations, logger });
  const db = database.write;
  const outbox = createOutbox({ context, db, readers: { 'call.put': (from, id) => toCloudCall(from, id, null) }, putBack: () => undefined, redo: () => undefined }); // prettier-ignore
  const generations = inlineGenerations(database, generationRows);
  const sync = createSync({ context, database, api, outbox, appliers, recordings: noRecordings, generations, random: Math.random }); // prettier-ignore
  const put = (call: CloudCall): void =>
    db.transaction(() => {
      upsertFromCloud(db, call);
      db.run('UPDATE call SET made_here = 1 WHERE id = ?', [call.id]);
      outbox.enqueue(db, { type: 'call.put', entityId: call.id });
    });
  return {
    client,
    sync,
    add(note) {
      const call = {
        ...testCall(newId(), 1),
        employeeId: employee.id,
        endedAt: 1,
        endCause: 'no-answer' as const,
        note,
      };
      put(call);
      return call.id;
    },
    change(id, note) {
      const call = toCloudCall(db, id, null);
      if (call) put({ ...call, rev: call.rev + 1, note });
    },
    calls: () =>
      new Map(
        database.read
          .all<{ id: string; state: string }>(`SELECT id, rev || ' ' || note AS state FROM call`)
          .map(({ id, state }) => [id, state]),
      ),
    logged: (event) => lines.filter((line) => line.includes(`"event":"${event}"`)),
    close() {
      sync.dispose();
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const ignored: ChangeApplier = { apply: () => [] };
const appliers: { readonly [type: string]: ChangeApplier } = {
  lead: ignored,
  employee: ignored,
  company: ignored,
  recording: ignored,
  call: {
    apply: (db, changes) => {
      for (const { row } of changes) if (row !== null) upsertFromCloud(db, cloudCall.parse(row));
      return [];
    },
  },
};
