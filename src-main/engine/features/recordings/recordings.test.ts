import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import { createIds } from '#shared/base/ids.ts';
import { silentLogger } from '#shared/base/logger.ts';
import type { CallSound, SoundFrame } from '#shared/domain/call-channel.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { readWav } from '../../audio/wav.ts';
import type { EngineContext } from '../../context.ts';
import { openDatabase, type Database } from '../../database/open-database.ts';
import { migrations } from '../../database/migrations/index.ts';
import { MediaHandles } from '../../media/media-handles.ts';
import { createRecordings, type RecordingsFeature } from './index.ts';
import { bytesOfMs, readSides, type RecordingFiles } from './recording-file.ts';
import { anyCall } from './testing/any-call.ts';
import { fullAfter } from './testing/full-disk.ts';

// Files are synced here, and a disk that others use may take seconds for that.
vi.setConfig({ testTimeout: 20_000 });

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const answeredAt = Date.UTC(2026, 0, 5, 2, 0, 0);

let folder: string;
let clock: ManualClock;
let database: Database;
let feature: RecordingsFeature;
/** All of them, so that the open files of a "killed" engine are given back at the end. */
let features: RecordingsFeature[];
let frames: Emitter<SoundFrame>;
/** Calls of which the cloud was told anew. */
let sealed: string[];
let refusals: number | null;
const sound = (): CallSound => ({
  route: 'handset',
  recordable: true,
  uplink: null,
  openVoice: () => Promise.resolve(),
  onFrame: (listener) => frames.on(listener),
  play: () => Promise.reject(new Error('not used here')),
});

function open(files?: RecordingFiles): void {
  const context: EngineContext = { clock, newId: createIds(clock, random), logger: silentLogger, dataDir: folder };
  database = openDatabase(join(folder, 'desk.db'), { migrations, logger: silentLogger });
  const fetch = (): Promise<never> => Promise.reject(new Error('no cloud here'));
  feature = createRecordings({
    context,
    db: database.write,
    ...{ media: new MediaHandles(random), fetch, ...anyCall },
    noteSealed: (callId) => {
      if (refusals !== null && ++refusals > 0) throw new AppError('disk.full');
      sealed.push(callId);
    },
    ...(files ? { files } : {}),
  });
  features.push(feature);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recordings-'));
  clock = new ManualClock(answeredAt);
  frames = new Emitter();
  features = [];
  sealed = [];
  refusals = null;
  open();
});

afterEach(async () => {
  for (const one of features) await one.recorder.dispose();
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Lets file operations that are under way come to their end. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 15));

/** Speaks for `ms`: a constant level per side, so that every sample can be checked. */
async function speak(ms: number, customer: number, agent: number): Promise<void> {
  // The recorder's own clock ticks from when its file is open.
  const sizes = (): number[] => readdirSync(recordingsOf()).map((name) => statSync(join(recordingsOf(), name)).size);
  await until(() => sizes().some((size) => size >= 44));
  await settle();
  for (let at = 0; at < ms; at += 20) {
    frames.emit({ customer: new Int16Array(160).fill(customer), agent: new Int16Array(160).fill(agent) });
    clock.advance(20);
    // Writing is the file system's own time: give it a turn, as 20 real ms would.
    await new Promise(setImmediate);
  }
  await settle();
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('condition did not come true within 15 s');
    await settle();
  }
}

const start = (callId: string, fromMs = 0): void =>
  feature.recorder.start({ callId, answeredAt, fromMs, sound: sound() });
const receipt = (callId: string): NonNullable<ReturnType<typeof feature.recorder.receipt>> => {
  const found = feature.recorder.receipt(callId);
  if (!found) throw new Error('no receipt');
  return found;
};
const recordingsOf = (): string => join(folder, 'recordings');
const wavOf = (recordingId: string): string => join(folder, 'recordings', `${recordingId}.wav`);

/** Until at least `ms` of the call are in the part file. */
async function written(callId: string, ms: number): Promise<void> {
  const part = `${wavOf(receipt(callId).recordingId)}.part`;
  await until(() => (statSync(part, { throwIfNoEntry: false })?.size ?? 0) >= 44 + bytesOfMs(ms));
}

describe('recording a call', () => {
  it('writes both sides, seals with hash and peaks, and gives a clean receipt', async () => {
    start('call-1');
    await speak(1000, 4000, 0);
    feature.recorder.mark('call-1', { kind: 'cut-in', atMs: 1000 });
    await speak(1000, 0, -6000);
    feature.recorder.finish('call-1', 2010);
    await until(() => receipt('call-1').state === 'sealed');

    const done = receipt('call-1');
    expect(done).toMatchObject({
      durationMs: 2000,
      fileExists: true,
      lengthMatches: true,
      customerHeard: true,
      agentHeard: true,
      problem: null,
      local: true,
    });
    const { channels, sampleRate } = readWav(readFileSync(wavOf(done.recordingId)));
    expect(sampleRate).toBe(8000);
    expect([channels[0]?.[100], channels[1]?.[100], channels[0]?.[12_000], channels[1]?.[12_000]]).toEqual(
      [4000, 0, 0, -6000].map((sample) => sample / 32_768),
    );
    const view = await feature.library.open('call-1');
    expect(view.cutInMs).toBe(1000);
    expect(Buffer.from(view.customer.values, 'base64')).toHaveLength(40);
    expect(feature.library.next()).toMatchObject({
      callId: 'call-1',
      sha256: done.sha256,
      bytes: statSync(wavOf(done.recordingId)).size,
    });
  });

  it('shows a side that was never heard', async () => {
    start('call-1');
    await speak(600, 5000, 10);
    feature.recorder.finish('call-1', 600);
    await until(() => receipt('call-1').state === 'sealed');
    expect(receipt('call-1')).toMatchObject({ customerHeard: true, agentHeard: false });
  });

  it('shows a recording that is much shorter than the talk', async () => {
    start('call-1');
    await speak(600, 5000, 5000);
    feature.recorder.finish('call-1', 9000);
    await until(() => receipt('call-1').state === 'sealed');
    expect(receipt('call-1').lengthMatches).toBe(false);
  });
});

describe('when the engine dies', () => {
  it('keeps all but what waited in memory, repairs the file at the next start and offers it for upload', async () => {
    start('call-1');
    await speak(3000, 4000, 4000);
    await written('call-1', 2000);
    const { recordingId } = receipt('call-1');
    const part = `${wavOf(recordingId)}.part`;
    // A copy of the folder as a killed process leaves it: nothing closed, half a sample at the end.
    const left = readFileSync(part);
    database.close();
    writeFileSync(part, Buffer.concat([left, Buffer.from([1, 2, 3])]));
    open();
    await feature.recorder.repair();
    const done = receipt('call-1');
    expect(done.state).toBe('sealed');
    expect(done.durationMs).toBeGreaterThanOrEqual(2000);
    expect(readWav(readFileSync(wavOf(recordingId))).channels[0]?.length).toBe((done.durationMs / 1000) * 8000);
    expect(done.customerHeard).toBe(true);
    expect(feature.library.pending()).toBe(1);
  });

  it('goes on in the same file when the call lives on, with silence for the time between', async () => {
    start('call-1');
    await speak(1000, 4000, 4000);
    await written('call-1', 800);
    database.close();
    frames = new Emitter();
    open();
    start('call-1', 3000);
    await written('call-1', 3000);
    await speak(1000, 4000, 4000);
    await feature.recorder.repair();
    expect(receipt('call-1').state).toBe('recording');
    feature.recorder.finish('call-1', 4000);
    await until(() => receipt('call-1').state === 'sealed');
    expect(receipt('call-1').durationMs).toBe(4000);
    const left = readWav(readFileSync(wavOf(receipt('call-1').recordingId))).channels[0];
    expect([left?.[2000], left?.[16_000], left?.[28_000]].map((sample) => (sample ?? 0) > 0)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('says that a recording is lost when not one sample reached the disk', async () => {
    start('call-1');
    await settle();
    database.close();
    open();
    await feature.recorder.repair();
    expect(receipt('call-1')).toMatchObject({ state: 'lost', local: false });
    expect(feature.library.pending()).toBe(0);
  });

  it('measures again a file that was renamed but not yet entered', async () => {
    start('call-1');
    await speak(1000, 4000, 4000);
    feature.recorder.finish('call-1', 1000);
    await until(() => receipt('call-1').state === 'sealed');
    const { recordingId, sha256 } = receipt('call-1');
    database.write.run(`UPDATE recording SET state = 'recording', sha256 = NULL WHERE id = ?`, [recordingId]);
    await feature.recorder.repair();
    expect(receipt('call-1')).toMatchObject({ state: 'sealed', sha256, durationMs: 1000 });
  });
});

describe('the database', () => {
  it('tells the cloud of the call in the same transaction that seals the recording', async () => {
    start('call-1');
    await speak(400, 4000, 4000);
    refusals = 0;
    feature.recorder.finish('call-1', 400);
    await until(() => refusals !== 0 && existsSync(wavOf(receipt('call-1').recordingId)));
    await settle();
    expect([receipt('call-1').state, sealed]).toEqual(['recording', []]);
    refusals = null;
    clock.advance(1000);
    expect([receipt('call-1').state, sealed]).toEqual(['sealed', ['call-1']]);
  });

  it('seals what ended while the desk is being left, and the cloud will hear of it', async () => {
    start('call-1');
    await speak(400, 4000, 4000);
    feature.recorder.finish('call-1', 400);
    await feature.recorder.dispose();
    expect([receipt('call-1').state, sealed]).toEqual(['sealed', ['call-1']]);
  });

  it('may refuse every write while a call runs: the recording is whole as soon as it takes them again', async () => {
    const refuse = (event: string): void =>
      void database.write.run(`CREATE TEMP TRIGGER full_${event} BEFORE ${event} ON recording
        BEGIN SELECT raise(ABORT, 'full'); END`);
    refuse('INSERT');
    refuse('UPDATE');
    start('call-1');
    feature.recorder.mark('call-1', { kind: 'opener-start', atMs: 40 });
    // Over a checkpoint.
    await speak(6000, 4000, 4000);
    feature.recorder.mark('call-1', { kind: 'cut-in', atMs: 2000 });
    feature.recorder.finish('call-1', 6000);
    await until(() => readdirSync(join(folder, 'recordings')).some((name) => name.endsWith('.wav')));
    await settle();
    expect(feature.recorder.receipt('call-1')).toBeNull();
    database.write.run('DROP TRIGGER full_INSERT');
    database.write.run('DROP TRIGGER full_UPDATE');
    clock.advance(1000);
    expect(receipt('call-1')).toMatchObject({ state: 'sealed', durationMs: 6000, lengthMatches: true });
    expect(await feature.library.open('call-1')).toMatchObject({ openerStartMs: 40, cutInMs: 2000 });
  });
});

describe('a long call', () => {
  it('is repaired piece by piece, so that nothing else is held up', async () => {
    start('call-1');
    await speak(400, 4000, 4000);
    await written('call-1', 200);
    const part = `${wavOf(receipt('call-1').recordingId)}.part`;
    database.close();
    const minute = Buffer.alloc(bytesOfMs(60_000));
    for (let at = 0; at < minute.length; at += 2) minute.writeInt16LE(at % 8000, at);
    for (let n = 0; n < 5; n += 1) appendFileSync(part, minute);
    open();
    // 16,384 samples of both sides are 64 KB, and well under a millisecond of work.
    let longest = 0;
    for await (const { customer } of readSides(part)) longest = Math.max(longest, customer.length);
    expect(longest).toBeLessThanOrEqual(16_385);
    await feature.recorder.repair();
    expect(receipt('call-1')).toMatchObject({ state: 'sealed', problem: null });
    expect(receipt('call-1').durationMs).toBeGreaterThan(300_000);
    const { values } = (await feature.library.open('call-1')).customer;
    expect(Buffer.from(values, 'base64').length).toBe(Math.ceil(receipt('call-1').durationMs / 50));
  });

  it('has an hour of silence at most, however wrong the clock was set', async () => {
    start('call-1');
    await speak(1000, 4000, 4000);
    await written('call-1', 800);
    database.close();
    frames = new Emitter();
    open();
    start('call-1', 50 * 365 * 24 * 3_600_000);
    await written('call-1', 3_600_000);
    await speak(400, 4000, 4000);
    feature.recorder.finish('call-1', 2000);
    await until(() => receipt('call-1').state === 'sealed');
    expect(receipt('call-1')).toMatchObject({ problem: null, lengthMatches: false });
    expect(receipt('call-1').durationMs).toBeLessThan(3_602_000);
  });
});

describe('when the disk is full', () => {
  it('keeps what was written, says so in the receipt and never throws into the call', async () => {
    database.close();
    open(fullAfter(40_000));
    start('call-1');
    await speak(4000, 4000, 4000);
    feature.recorder.finish('call-1', 4000);
    await until(() => receipt('call-1').state === 'sealed');
    const done = receipt('call-1');
    expect(done.problem).toEqual({ code: 'disk.full', details: {} });
    expect(done.lengthMatches).toBe(false);
    expect(done.durationMs).toBeGreaterThan(500);
  });

  it('says that there is no recording when not even the file could be made', async () => {
    database.close();
    open(fullAfter(10));
    start('call-1');
    feature.recorder.finish('call-1', 200);
    await until(() => receipt('call-1').state === 'lost');
    expect(receipt('call-1').problem).toEqual({ code: 'disk.full', details: {} });
  });
});

describe('after the call', () => {
  it('gives up a file that vanished, with the reason, and goes on to the next', async () => {
    for (const callId of ['call-1', 'call-2']) {
      start(callId);
      await speak(400, 4000, 4000);
      feature.recorder.finish(callId, 400);
      await until(() => receipt(callId).state === 'sealed');
    }
    rmSync(wavOf(receipt('call-1').recordingId));
    expect(feature.library.next()?.callId).toBe('call-2');
    expect(receipt('call-1')).toMatchObject({
      state: 'damaged',
      fileExists: false,
      problem: { code: 'recording.damaged' },
    });
    feature.library.done(receipt('call-2').recordingId);
    expect(receipt('call-2').state).toBe('uploaded');
    expect(feature.library.next()).toBeNull();
  });

  it('describes itself for the cloud only when it is sealed', async () => {
    start('call-1');
    await speak(400, 4000, 4000);
    expect(feature.library.forCloud('call-1')).toBeNull();
    feature.recorder.finish('call-1', 400);
    await until(() => receipt('call-1').state === 'sealed');
    expect(feature.library.forCloud('call-1')).toMatchObject({
      durationMs: 400,
      peakMs: 50,
      sha256: receipt('call-1').sha256,
    });
  });

  it('survives a part file shorter than its header', async () => {
    start('call-1');
    await written('call-1', 0);
    const { recordingId } = receipt('call-1');
    truncateSync(`${wavOf(recordingId)}.part`, 10);
    database.close();
    open();
    await feature.recorder.repair();
    expect(receipt('call-1').state).toBe('lost');
  });
});
