import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import { createIds } from '#shared/base/ids.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { wavHeader } from '../../audio/wav.ts';
import { migrations } from '../../database/migrations/index.ts';
import { openDatabase, type Database } from '../../database/open-database.ts';
import { MediaHandles } from '../../media/media-handles.ts';
import { createOpeners, type OpenersFeature } from './index.ts';

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const mp3 = readFileSync(join(import.meta.dirname, '../../../../tests/fixtures/opener.mp3'));

let folder: string;
let database: Database;
let feature: OpenersFeature;
let chosen: { openerEnabled: boolean; openerId: string | null };
let playing: string | null;

function open(): void {
  const clock = new ManualClock();
  const changes = new Emitter<void>();
  database = openDatabase(join(folder, 'desk.db'), { migrations, logger: silentLogger });
  feature = createOpeners({
    context: { clock, newId: createIds(clock, random), logger: silentLogger, dataDir: folder },
    db: database.write,
    media: new MediaHandles(random),
    choice: {
      current: () => chosen,
      choose: (openerId) => {
        chosen = { ...chosen, openerId };
        changes.emit();
      },
      onChange: (listener) => changes.on(listener),
    },
    isPlaying: (id) => id === playing,
    inCall: () => playing !== null,
    random: () => 0.5,
    cloud: { openerSound: () => Promise.reject(new AppError('cloud.unreachable')), sendOpenerSound: async () => {} },
  });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openers-'));
  chosen = { openerEnabled: true, openerId: null };
  playing = null;
  open();
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const openers = (): OpenersFeature['openers'] => feature.openers;

function tone(seconds: number): Uint8Array {
  const samples = Int16Array.from({ length: seconds * 8000 }, (_, i) => 8000 * Math.sin(i / 3));
  return Buffer.concat([wavHeader(8000, 1, samples.byteLength), new Uint8Array(samples.buffer)]);
}

async function upload(bytes: Uint8Array, name = '九月新品', chunk = 10_000): Promise<string> {
  const { uploadId } = openers().beginUpload({
    fileName: 'clip.mp3',
    bytes: bytes.length,
    source: 'upload',
    to: 'own',
  });
  for (let at = 0; at < bytes.length; at += chunk)
    await openers().uploadChunk(uploadId, at, Buffer.from(bytes.subarray(at, at + chunk)).toString('base64'));
  return (await openers().finishUpload(uploadId, name, '您好')).id;
}

const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
    return 'none';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
};
const files = (): string[] => readdirSync(join(folder, 'openers'));

describe('openers', () => {
  it('takes an MP3 in pieces, chooses the first clip, and has it ready for a call', async () => {
    const id = await upload(mp3);
    expect(openers().all()).toMatchObject([{ id, name: '九月新品', text: '您好', source: 'upload', chosen: true }]);
    const ready = openers().forCall();
    expect(ready?.id).toBe(id);
    expect(ready?.clip().length).toBe(Math.round(((ready?.durationMs ?? 0) / 1000) * 8000));
    expect(openers().listen(id).url).toMatch(/^\/media\//);
  });

  it('plays nothing when it is switched off, when none is chosen, and when the file is gone', async () => {
    const id = await upload(tone(1));
    chosen = { openerEnabled: false, openerId: id };
    expect(openers().forCall()).toBeNull();
    chosen = { openerEnabled: true, openerId: null };
    expect(openers().forCall()).toBeNull();
    rmSync(join(folder, 'openers', `${id}.wav`));
    database.close();
    chosen = { openerEnabled: true, openerId: id };
    open();
    expect(openers().forCall()).toBeNull();
  });

  it('is the same after a restart', async () => {
    const id = await upload(tone(2));
    const before = openers().forCall()?.clip();
    database.close();
    open();
    expect(
      openers()
        .all()
        .map((one) => one.id),
    ).toEqual([id]);
    expect(openers().forCall()?.clip()).toEqual(before);
  });

  it('keeps nothing of a file that is no sound', async () => {
    expect(await codeOf(() => upload(Buffer.from('%PDF-1.7 nothing to hear'.repeat(50))))).toBe('opener.not-audio');
    expect(openers().all()).toEqual([]);
    expect(files()).toEqual([]);
    expect(readdirSync(join(folder, 'uploads'))).toEqual([]);
  });

  it('refuses the sixth clip and files that are too large or too long, in words', async () => {
    for (let i = 0; i < 5; i += 1) await upload(tone(1), `第 ${i} 段`);
    expect(await codeOf(() => upload(tone(1)))).toBe('opener.too-many');
    openers().remove(openers().all()[0]?.id ?? '');
    expect(await codeOf(() => upload(tone(61)))).toBe('opener.too-long');
    const large = { fileName: 'x.wav', bytes: 21 * 1024 * 1024, source: 'upload' as const, to: 'own' as const };
    expect(await codeOf(() => openers().beginUpload(large))).toBe('opener.too-large');
  });

  it('ends an upload whose pieces do not fit together', async () => {
    const { uploadId } = openers().beginUpload({ fileName: 'a.wav', bytes: 100, source: 'upload', to: 'own' });
    const piece = Buffer.alloc(60).toString('base64');
    await openers().uploadChunk(uploadId, 0, piece);
    expect(await codeOf(() => openers().uploadChunk(uploadId, 0, piece))).toBe('upload.gone');
    expect(await codeOf(() => openers().finishUpload(uploadId, 'a', ''))).toBe('upload.gone');
    const second = openers().beginUpload({ fileName: 'a.wav', bytes: 100, source: 'upload', to: 'own' });
    expect(await codeOf(() => openers().finishUpload(second.uploadId, 'a', ''))).toBe('upload.gone');
  });

  it('does not delete the clip that a customer is hearing, and forgets the choice of a deleted one', async () => {
    const id = await upload(tone(1));
    const context = { peer: { kind: 'in-process', id: 'test' }, signal: new AbortController().signal } as const;
    playing = id;
    expect(await codeOf(() => feature.handlers['openers.remove']({ id }, context))).toBe('opener.in-use');
    playing = null;
    await feature.handlers['openers.remove']({ id }, context);
    expect(chosen.openerId).toBeNull();
    expect(existsSync(join(folder, 'openers', `${id}.wav`))).toBe(false);
  });

  it('renames without touching the rest', async () => {
    const id = await upload(tone(1));
    openers().change(id, { name: '十月' });
    expect(openers().all()[0]).toMatchObject({ name: '十月', text: '您好' });
    expect(await codeOf(() => openers().change('0190a000-0000-7000-8000-000000000000', { name: 'x' }))).toBe(
      'not-found',
    );
  });
});
