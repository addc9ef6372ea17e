import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { MediaHandles } from '../../media/media-handles.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { testContext, type TestContext } from '../../testing/test-context.ts';
import { testDatabase } from '../../testing/test-database.ts';
import type { WritableDb } from '../../database/handles.ts';
import { createRecordings, type RecordingsFeature } from './index.ts';
import { emptyRow } from './empty-row.ts';
import { fetchedCopyMs, ownCopyMs } from './local-copies.ts';
import { anyCall } from './testing/any-call.ts';
import { RecordingRepository, type RecordingRow } from './repository.ts';

let db: WritableDb;
let context: TestContext;
let feature: RecordingsFeature;
let repository: RecordingRepository;
const told: string[] = [];

beforeEach(() => {
  told.length = 0;
  db = testDatabase().write;
  context = { ...testContext(), dataDir: tempFolder() };
  const fetch = (): Promise<never> => Promise.reject(new Error('no cloud here'));
  const media = new MediaHandles((length) => new Uint8Array(length));
  feature = createRecordings({ context, db, media, fetch, noteSealed: () => undefined, ...anyCall });
  feature.recorder.onReceipt((callId) => told.push(callId));
  repository = new RecordingRepository(db);
});

const own = (id: string): string => feature.recorder.pathOf({ id });
const fetched = (id: string): string => join(feature.library.cache, `${id}.wav`);
function recorded(id: string, state: RecordingRow['state'], ageMs: number): void {
  const startedAt = context.clock.now() - ageMs;
  const uploaded = state === 'uploaded';
  repository.save({
    ...emptyRow,
    id,
    callId: `call of ${id}`,
    state,
    file: `${id}.wav`,
    startedAt,
    sha256: '0',
    uploaded,
  });
  writeFileSync(own(id), 'sound');
}
function colleagues(id: string, fetchedAgoMs: number): void {
  repository.save({ ...emptyRow, id, callId: `call of ${id}`, state: 'uploaded', file: null, startedAt: 1, sha256: '0', uploaded: true }); // prettier-ignore
  mkdirSync(feature.library.cache, { recursive: true });
  writeFileSync(fetched(id), 'sound');
  const at = (context.clock.now() - fetchedAgoMs) / 1000;
  utimesSync(fetched(id), at, at);
}
/** As a pull brings it. */
async function purge(...ids: string[]): Promise<void> {
  const row = { callId: context.newId(), employeeId: context.newId(), state: 'purged', sha256: '0'.repeat(64), bytes: 5, durationMs: 1, storedAt: 1 }; // prettier-ignore
  const unread = db.transaction(() =>
    feature.applier.apply(
      db,
      ids.map((id) => ({ id, row: { ...row, id } })),
    ),
  );
  expect(unread).toEqual([]);
  feature.applier.applied?.();
}
const there = (...paths: string[]): boolean[] => paths.map((path) => existsSync(path));
const gone = (path: string) => expect.poll(() => existsSync(path)).toBe(false);

describe('sound on this desk', () => {
  it('goes when the cloud has had it for a month, and nothing else does', async () => {
    recorded('old', 'uploaded', ownCopyMs + 1);
    recorded('young', 'uploaded', ownCopyMs - 3_600_000);
    recorded('waiting', 'sealed', 2 * ownCopyMs);
    recorded('broken', 'damaged', 2 * ownCopyMs);
    // Given up, and whatever is on disk may be all that there is.
    recorded('lost', 'lost', 2 * ownCopyMs);
    repository.update('lost', { file: null });
    writeFileSync(own('unknown'), 'of another database');
    context.clock.advance(60_000);
    await gone(own('old'));
    const stay = ['young', 'waiting', 'broken', 'lost', 'unknown'].map(own);
    expect(there(...stay)).toEqual([true, true, true, true, true]);
    expect(repository.byId('old')).toMatchObject({ state: 'uploaded', file: null });
    // What a change of this call tells the cloud still says that there is a recording.
    expect(feature.library.forCloud('call of old')).toMatchObject({ id: 'old' });
    expect(feature.recorder.receipt('call of old')).toMatchObject({
      state: 'uploaded',
      fileExists: true,
      local: false,
    });
  });

  it('that was fetched goes after a week', async () => {
    colleagues('stale', fetchedCopyMs + 1);
    colleagues('fresh', 1000);
    context.clock.advance(60_000);
    await gone(fetched('stale'));
    expect(there(fetched('fresh'))).toEqual([true]);
  });

  it("goes at once, wherever it lies, when the company's rule has taken the recording away", async () => {
    const [mine, theirs, other] = [context.newId(), context.newId(), context.newId()];
    recorded(mine, 'uploaded', 1000);
    colleagues(theirs, 1000);
    recorded(other, 'uploaded', 1000);
    await purge(mine, theirs, context.newId());
    await gone(own(mine));
    await gone(fetched(theirs));
    expect(there(own(other))).toEqual([true]);
    expect(told).toEqual([`call of ${mine}`, `call of ${theirs}`]);
    expect(feature.recorder.receipt(`call of ${mine}`)).toMatchObject({ state: 'purged', local: false });
    await expect(feature.library.open(`call of ${mine}`)).rejects.toMatchObject({ code: 'recording.purged' });
    // Told once more, by a pull from zero: nothing is news.
    await purge(mine);
    expect(told).toHaveLength(2);
  });

  it('whose removal was cut goes at the next turn', async () => {
    recorded('half', 'uploaded', 1000);
    repository.purge('half');
    context.clock.advance(60_000);
    await gone(own('half'));
  });
});
