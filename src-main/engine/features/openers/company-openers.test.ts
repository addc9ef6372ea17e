import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, type ErrorCode } from '#shared/base/errors.ts';
import { createIds } from '#shared/base/ids.ts';
import { silentLogger } from '#shared/base/logger.ts';
import type { CloudOpener } from '#shared/cloud-contract/contract.ts';
import { createAbort } from '#shared/desk-contract/abort.ts';
import { migrations } from '../../database/migrations/index.ts';
import { openDatabase, type Database } from '../../database/open-database.ts';
import { MediaHandles } from '../../media/media-handles.ts';
import { clipAsFile, hashOf } from './clip-file.ts';
import { createOpeners, type OpenersFeature } from './index.ts';

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const context = { peer: { kind: 'in-process', id: 'test' }, signal: createAbort().signal } as const;
const clipOf = (seconds: number): Int16Array =>
  Int16Array.from({ length: seconds * 8000 }, (_, at) => 8000 * Math.sin(at / (2 + seconds)));

let folder: string;
let database: Database;
let feature: OpenersFeature;
let clock: ManualClock;
let chosen: { openerEnabled: boolean; openerId: string | null };
let inCall: boolean;
/** What the cloud has, by hash; and what it refuses with instead. */
let sounds: Map<string, Uint8Array>;
let refusal: ErrorCode | null;
let asked: string[];

function open(): void {
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
    isPlaying: () => inCall,
    inCall: () => inCall,
    random: () => 0.5,
    cloud: {
      async openerSound(sha256) {
        asked.push(sha256);
        if (refusal) throw new AppError(refusal);
        const file = sounds.get(sha256);
        if (!file) throw new AppError('not-found');
        return file;
      },
      async sendOpenerSound(sha256, file) {
        if (refusal) throw new AppError(refusal);
        sounds.set(sha256, file);
      },
    },
  });
}
function close(): void {
  feature.dispose();
  database.close();
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'company-openers-'));
  clock = new ManualClock();
  [chosen, inCall, refusal] = [{ openerEnabled: true, openerId: null }, false, null];
  [sounds, asked] = [new Map(), []];
  open();
});
afterEach(() => {
  close();
  rmSync(folder, { recursive: true, force: true });
});

let ids = 0;
function opener(seconds: number, change: Partial<CloudOpener> = {}): CloudOpener {
  const file = clipAsFile(clipOf(seconds));
  sounds.set(hashOf(file), file);
  const id = `0190a000-0000-7000-8000-${String((ids += 1)).padStart(12, '0')}`;
  const about = { id, name: `第 ${ids} 段`, text: '您好', sha256: hashOf(file), bytes: file.length };
  return { ...about, durationMs: seconds * 1000, ofDepartment: false, isDefault: false, position: ids, ...change };
}
/** Rows come with the feed, and what they need is fetched. */
async function pull(...rows: (CloudOpener | { id: string; row: null })[]): Promise<void> {
  const changes = rows.map((one) => ('row' in one ? one : { id: one.id, row: one })) as { id: string; row: unknown }[];
  database.write.transaction(() => feature.applier.apply(database.write, changes));
  feature.applier.applied?.();
  await feature.company.work();
}
const files = (): string[] => readdirSync(join(folder, 'company-openers')).sort();
const fileOf = ({ sha256 }: CloudOpener): string => `${sha256}.wav`;

describe('openers of the company', () => {
  it('arrive with their sound, are in the list beside the own ones, and play when chosen', async () => {
    const [one, two] = [opener(1), opener(2)];
    await pull(one, two);
    expect(feature.openers.all()).toMatchObject([
      { id: one.id, source: 'company', here: true, chosen: false },
      { id: two.id, source: 'company', here: true, chosen: false },
    ]);
    expect(feature.openers.forCall()).toBeNull();
    chosen = { openerEnabled: true, openerId: two.id };
    expect(feature.openers.forCall()?.clip()).toEqual(clipOf(2));
    expect(feature.openers.all()[1]).toMatchObject({ chosen: true });
    expect(feature.openers.listen(two.id).url).toMatch(/^\/media\//);
  });

  it('have a default for who has chosen none, the department’s first; who has chosen keeps it', async () => {
    const ofAll = opener(1, { isDefault: true });
    const ofMine = opener(2, { isDefault: true, ofDepartment: true });
    await pull(ofAll);
    expect(feature.openers.forCall()?.id).toBe(ofAll.id);
    await pull(ofMine);
    expect(feature.openers.forCall()?.id).toBe(ofMine.id);
    chosen = { ...chosen, openerId: ofAll.id };
    expect(feature.openers.forCall()?.id).toBe(ofAll.id);
    // What was chosen is taken away: the default plays again.
    await pull({ id: ofAll.id, row: null });
    expect(feature.openers.forCall()?.id).toBe(ofMine.id);
    chosen = { openerEnabled: false, openerId: null };
    expect(feature.openers.forCall()).toBeNull();
  });

  it('are there at a start without the cloud', async () => {
    const one = opener(1, { isDefault: true });
    await pull(one);
    close();
    refusal = 'cloud.unreachable';
    open();
    await feature.company.start();
    expect(feature.openers.forCall()?.clip()).toEqual(clipOf(1));
    expect(asked).toEqual([one.sha256]);
  });

  it('are not changed and not removed at the desk', async () => {
    const one = opener(1);
    await pull(one);
    expect(() => feature.openers.change(one.id, { name: 'x' })).toThrow(expect.objectContaining({ code: 'not-found' }));
    await expect(async () => feature.handlers['openers.remove']({ id: one.id }, context)).rejects.toMatchObject({ code: 'not-found' }); // prettier-ignore
    expect(feature.openers.all()).toHaveLength(1);
  });
});

describe('a sound', () => {
  it('is asked for again later and later while the cloud is away, and one that cannot be had holds up no other', async () => {
    refusal = 'cloud.unreachable';
    const [lost, one] = [opener(1), opener(2, { isDefault: true })];
    sounds.delete(lost.sha256);
    await pull(lost, one);
    expect(feature.openers.all().map(({ here }) => here)).toEqual([false, false]);
    expect(feature.openers.forCall()).toBeNull();
    const before = asked.length;
    refusal = null;
    // Failed twice, since rows came and somebody asked: half of the step of 4 s, by the dice of this test.
    clock.advance(1999);
    expect(asked).toHaveLength(before);
    clock.advance(1);
    await feature.company.work();
    expect(feature.openers.all().map(({ here }) => here)).toEqual([false, true]);
    expect(feature.openers.forCall()?.id).toBe(one.id);
  });

  it('that is not what its hash says is not kept, and is fetched again', async () => {
    const one = opener(1, { isDefault: true });
    const good = sounds.get(one.sha256) ?? new Uint8Array();
    sounds.set(one.sha256, good.slice(0, -2));
    await pull(one);
    expect([files(), feature.openers.forCall()]).toEqual([[], null]);
    sounds.set(one.sha256, good);
    await feature.company.work();
    expect(feature.openers.forCall()?.clip()).toEqual(clipOf(1));
  });

  it('that was damaged on this disk does not play, and is fetched again', async () => {
    const one = opener(1, { isDefault: true });
    await pull(one);
    writeFileSync(join(folder, 'company-openers', fileOf(one)), 'half');
    expect(feature.openers.forCall()).toBeNull();
    await feature.company.work();
    expect(feature.openers.forCall()?.clip()).toEqual(clipOf(1));
    close();
    writeFileSync(join(folder, 'company-openers', fileOf(one)), 'half');
    open();
    await feature.company.start();
    expect(asked).toHaveLength(3);
    expect(feature.openers.forCall()?.clip()).toEqual(clipOf(1));
  });

  it('goes when no row names it any more, and not in a call', async () => {
    const [one, two] = [opener(1), opener(2)];
    await pull(one, two, { ...one, id: opener(1).id });
    await pull({ id: two.id, row: null });
    expect(files()).toEqual([fileOf(one)]);
    chosen = { ...chosen, openerId: one.id };
    const playing = feature.openers.forCall()?.clip();
    inCall = true;
    const other = opener(3);
    await pull({ ...one, sha256: other.sha256 }, ...feature.company.all().slice(1).map(({ id }) => ({ id, row: null })));
    expect(files()).toEqual([fileOf(one), fileOf(other)].sort());
    // Who has it in a call goes on hearing what it was.
    expect(playing).toEqual(clipOf(1));
    inCall = false;
    await feature.company.work();
    expect(files()).toEqual([fileOf(other)]);
    expect(feature.openers.forCall()?.clip()).toEqual(clipOf(3));
  });

  it('is heard by who administers, wherever it is, and stays out of what plays here', async () => {
    const one = opener(1);
    const { url } = await feature.openers.listenCompany(one.sha256, context.signal);
    expect(url).toMatch(/^\/media\//);
    await feature.company.work();
    expect(existsSync(join(folder, 'company-openers', fileOf(one)))).toBe(true);
    expect(feature.openers.all()).toEqual([]);
    refusal = 'cloud.unreachable';
    await feature.openers.listenCompany(one.sha256, context.signal);
    await expect(feature.openers.listenCompany('f'.repeat(64), context.signal)).rejects.toMatchObject({ code: 'cloud.unreachable' }); // prettier-ignore
  });

  it('is sent as it is played, takes no place of the person’s, and is asked for once more when the way was cut', async () => {
    const file = clipAsFile(clipOf(1));
    const send = async () => {
      const { uploadId } = feature.openers.beginUpload({ fileName: 'a.wav', bytes: file.length, source: 'upload', to: 'company' }); // prettier-ignore
      await feature.openers.uploadChunk(uploadId, 0, file.toString('base64'));
      return feature.openers.sendToCompany(uploadId, context.signal);
    };
    const { sha256, durationMs } = await send();
    expect([durationMs, hashOf(sounds.get(sha256) ?? new Uint8Array())]).toEqual([1000, sha256]);
    expect(feature.openers.all()).toEqual([]);
    refusal = 'cloud.unreachable';
    await expect(send()).rejects.toMatchObject({ code: 'cloud.unreachable' });
    expect(readdirSync(join(folder, 'uploads'))).toEqual([]);
  });
});
