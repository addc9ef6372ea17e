import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MediaHandles } from '../../media/media-handles.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { testContext } from '../../testing/test-context.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { createRecordings } from './index.ts';
import { emptyRow } from './empty-row.ts';
import { anyCall } from './testing/any-call.ts';
import { RecordingRepository } from './repository.ts';

it('recordings that the cloud has lost are uploaded again, as long as their files are here', () => {
  const db = testDatabase().write;
  const context = { ...testContext(), dataDir: tempFolder() };
  const fetch = (): Promise<never> => Promise.reject(new Error('no cloud here'));
  const media = new MediaHandles((length) => new Uint8Array(length));
  const { recorder, library } = createRecordings({
    context,
    db,
    media,
    fetch,
    noteSealed: () => undefined,
    ...anyCall,
  });
  const repository = new RecordingRepository(db);
  const confirmed = (id: string, file: string | null): void =>
    repository.save({ ...emptyRow, id, callId: `call of ${id}`, state: 'uploaded', file, startedAt: 1, sha256: '0', uploaded: true }); // prettier-ignore
  for (const id of ['kept', 'lost', 'cleared']) confirmed(id, `${id}.wav`);
  confirmed('of a colleague', null);
  for (const id of ['kept', 'lost']) writeFileSync(recorder.pathOf({ id }), 'sound');
  db.run('CREATE TABLE generation_seen (type TEXT, id TEXT, rev INTEGER, gone INTEGER)');
  db.run(`INSERT INTO generation_seen VALUES ('recording', 'kept', NULL, 0)`);
  expect(library.own('', 2)).toEqual([{ id: 'cleared', lost: true }, { id: 'kept', lost: false }]); // prettier-ignore
  expect(library.own('kept', 2)).toEqual([{ id: 'lost', lost: true }]);
  library.uploadAgain(db, ['cleared', 'lost']);
  expect(library.pending()).toBe(1);
  expect(library.next()?.id).toBe('lost');
  const states = ['kept', 'cleared', 'of a colleague'].map((id) => repository.byId(id)?.state);
  expect(states).toEqual(['uploaded', 'uploaded', 'uploaded']);
});
