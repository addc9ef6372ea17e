import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import { MediaHandles } from '../../media/media-handles.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { testContext } from '../../testing/test-context.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { emptyRow } from './empty-row.ts';
import { createRecordings, type RecordingsDeps, type RecordingsFeature } from './index.ts';
import { RecordingRepository, type RecordingRow } from './repository.ts';

const wav = 'what was said';
const sha256 = createHash('sha256').update(wav).digest('hex');

let feature: RecordingsFeature;
let repository: RecordingRepository;
let media: MediaHandles;
let asked: Parameters<RecordingsDeps['fetch']>[1][];
let refusal: AppError | null;
let hidden: boolean;
let broken: boolean;

beforeEach(() => {
  [asked, refusal, hidden, broken] = [[], null, false, false];
  const db = testDatabase().write;
  let next = 0;
  media = new MediaHandles((length) => new Uint8Array(length).fill((next += 1)));
  repository = new RecordingRepository(db);
  feature = createRecordings({
    context: { ...testContext(), dataDir: tempFolder() },
    ...{ db, media, noteSealed: () => undefined, hides: () => hidden },
    fetch(_id, ask) {
      asked.push(ask);
      if (refusal) return Promise.reject(refusal);
      return Promise.resolve(Readable.from(broken ? cutOff() : [ask.range ? wav.slice(0, 1) : wav]));
    },
    call(callId) {
      if (callId === 'of another department') throw new AppError('not-found');
      return { startedAt: Date.UTC(2026, 10, 28, 6, 5, 12), number: '+8615400000137', customerName: '锦程科技' };
    },
  });
});

const recorded = (change: Partial<RecordingRow> = {}): void =>
  repository.save({ ...emptyRow, id: 'r', callId: 'c', state: 'uploaded', file: null, startedAt: 1, sha256, uploaded: true, ...change }); // prettier-ignore
function lieHere(): void {
  recorded({ file: 'r.wav' });
  writeFileSync(feature.recorder.pathOf({ id: 'r' }), wav);
}
const download = (callId = 'c') => feature.library.download(callId);
async function soundAt(url: string): Promise<string> {
  const { body } = await media.open(url.slice('/media/'.length));
  return body ? text(body) : '';
}
function* cutOff(): Generator<string> {
  yield wav.slice(0, 3);
  throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}

describe('downloading a recording', () => {
  it('asks the cloud for one byte of what lies here, so that it counts and notes it, and hands the file out', async () => {
    lieHere();
    const { url, fileName } = await download();
    expect(asked).toEqual([{ range: 'bytes=0-0', download: true }]);
    expect(fileName).toBe('20261128-140512 15400000137 锦程科技.wav');
    expect(await soundAt(url)).toBe(wav);
  });

  it('fetches what is not here as a download, once; the next one is of one byte', async () => {
    recorded();
    expect(await soundAt((await download()).url)).toBe(wav);
    await download();
    expect(asked).toEqual([{ download: true }, { range: 'bytes=0-0', download: true }]);
  });

  it('masks the number in the name where this person’s files have it masked', async () => {
    lieHere();
    hidden = true;
    expect((await download()).fileName).toBe('20261128-140512 154xxxx0137 锦程科技.wav');
  });

  it.each([
    ['the cloud does not answer', new AppError('cloud.unreachable'), 'cloud.unreachable'],
    ['the quota is used up', new AppError('quota.spent', { limit: 20, left: 0 }), 'quota.spent'],
    ['the quota is of nothing', new AppError('quota.spent', { limit: 0, left: 0 }), 'recording.not-for-download'],
    ['it was taken away meanwhile', new AppError('recording.purged', { at: 1 }), 'recording.purged'],
  ])('hands nothing out where %s, though its sound is here', async (_why, error, code) => {
    lieHere();
    refusal = error;
    await expect(download()).rejects.toMatchObject({ code });
    expect((await feature.library.open('c')).url).toMatch(/./);
  });

  it.each<[string, Partial<RecordingRow>, string]>([
    ['waits for the upload', { state: 'sealed', uploaded: false }, 'recording.not-uploaded'],
    ['is damaged', { state: 'damaged', uploaded: false }, 'recording.damaged'],
    ['is being recorded', { state: 'recording', uploaded: false }, 'recording.not-here-yet'],
    ['is lost', { state: 'lost', uploaded: false }, 'recording.none'],
    ['was taken away', { state: 'purged' }, 'recording.purged'],
  ])('is refused of one that %s, and the cloud is not asked', async (_which, change, code) => {
    recorded(change);
    await expect(download()).rejects.toMatchObject({ code });
    expect(asked).toEqual([]);
  });

  it('is refused of a call that this person may not see, and so is listening, whatever lies here', async () => {
    recorded({ callId: 'of another department', file: 'r.wav' });
    await expect(download('of another department')).rejects.toMatchObject({ code: 'not-found' });
    await expect(feature.library.open('of another department')).rejects.toMatchObject({ code: 'not-found' });
    expect(asked).toEqual([]);
  });

  it('keeps nothing of a file that is not the one that was recorded', async () => {
    recorded({ sha256: 'f'.repeat(64) });
    await expect(download()).rejects.toMatchObject({ code: 'recording.damaged' });
    expect(readdirSync(feature.library.cache)).toEqual([]);
  });

  it('says that the connection broke where the cloud stops in the middle', async () => {
    recorded();
    broken = true;
    await expect(download()).rejects.toMatchObject({ code: 'cloud.unreachable' });
    expect(readdirSync(feature.library.cache)).toEqual([]);
  });
});
