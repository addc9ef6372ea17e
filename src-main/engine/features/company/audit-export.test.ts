import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { auditExportCap } from '#shared/domain/audit.ts';
import { createAbort } from '#shared/desk-contract/abort.ts';
import { MediaHandles } from '../../media/media-handles.ts';
import { AuditExport } from './audit-export.ts';
import type { CompanyCloud } from './pass.ts';

const question = { locale: 'zh-CN', zone: 'Asia/Shanghai', subject: 'recordings' } as const;

function exporting(open: () => Promise<Readable>) {
  const dataDir = mkdtempSync(join(tmpdir(), 'jinhu-audit-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const clock = new ManualClock(Date.UTC(2026, 10, 27, 7, 3));
  let made = 0;
  const context = { clock, newId: () => `id-${(made += 1)}`, logger: silentLogger, dataDir };
  const media = new MediaHandles((length) => new Uint8Array(length).fill((made += 1)));
  const asked: unknown[] = [];
  const cloud = { open: (_route: unknown, input: unknown) => (asked.push(input), open()) } as unknown as CompanyCloud;
  const folder = join(dataDir, 'audit-export');
  const files = (): string[] => (existsSync(folder) ? readdirSync(folder) : []);
  const start = (): AuditExport => new AuditExport({ cloud, context, media });
  return { start, media, clock, asked, folder, files };
}
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof AppError ? error.code : error),
  );
/** Lets streams do what they can do now. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
const { signal } = createAbort();

describe('a file of the log', () => {
  it('has what the cloud sent, byte by byte, and says how many entries that are', async () => {
    const text = '\uFEFF"时间"\r\n"一"\r\n"二"\r\n';
    const { start, media, asked, files } = exporting(async () => Readable.from([Buffer.from(text).subarray(0, 5), Buffer.from(text).subarray(5)])); // prettier-ignore
    const exports = start();
    const seen: (number | null)[] = [];
    exports.onProgress(() => seen.push(exports.progress?.rows ?? null));
    const made = await exports.run(question, signal);
    expect(made).toMatchObject({ rows: 2, capped: false, fileName: expect.stringMatching(/^审计日志-202611\d\d-\d{4}\.csv$/) as string }); // prettier-ignore
    expect(asked).toEqual([{ query: question }]);
    const { status, headers, body } = await media.open(made.url.slice('/media/'.length));
    const pieces: Buffer[] = [];
    for await (const piece of body ?? []) pieces.push(piece as Buffer);
    const got = Buffer.concat(pieces);
    expect([status, headers['content-type'], got.toString()]).toEqual([200, 'text/csv; charset=utf-8', text]);
    expect([seen[0], seen.at(-1), exports.progress]).toEqual([0, null, null]);
    // The next one takes its place; with the session all of it goes.
    await exports.run(question, signal);
    expect(files()).toHaveLength(1);
    exports.dispose();
    expect(files()).toEqual([]);
  });

  it('says where the cloud has cut it off', async () => {
    const line = Buffer.from('"x"\r\n');
    const text = Buffer.concat(Array<Buffer>(auditExportCap + 2).fill(line));
    const { start } = exporting(async () => Readable.from([text]));
    expect(await start().run(question, signal)).toMatchObject({ rows: auditExportCap, capped: true });
  });

  it('of a program that was ended in the middle is gone with the next start', () => {
    const { start, folder, files } = exporting(async () => Readable.from([]));
    mkdirSync(folder);
    writeFileSync(join(folder, 'left.csv'), 'x');
    start();
    expect(files()).toEqual([]);
  });
});

describe('nothing is left of a file', () => {
  it('that the person cancels', async () => {
    const stream = new PassThrough();
    const { start, files } = exporting(async () => stream);
    const { signal: given, abort } = createAbort();
    const exports = start();
    const running = codeOf(exports.run(question, given));
    stream.write('"x"\r\n"y"\r\n');
    await settle();
    expect(exports.progress).toEqual({ rows: 1 });
    abort();
    expect([await running, files(), stream.destroyed, exports.progress]).toEqual(['cancelled', [], true, null]);
  });

  it('that breaks off, or of which nothing more comes', async () => {
    const streams = [new PassThrough(), new PassThrough()] as const;
    let next = 0;
    const { start, clock, files } = exporting(async () => streams[next++ % 2] ?? streams[0]);
    const broken = codeOf(start().run(question, signal));
    streams[0].write('"x"\r\n');
    await settle();
    streams[0].destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
    expect([await broken, files()]).toEqual(['cloud.unreachable', []]);
    const silent = codeOf(start().run(question, signal));
    await settle();
    clock.advance(20_000);
    expect([await silent, files()]).toEqual(['cloud.unreachable', []]);
  });

  it('that the cloud refuses, or the disk', async () => {
    const refused = exporting(async () => Promise.reject(new AppError('access.denied')));
    expect([await codeOf(refused.start().run(question, signal)), refused.files()]).toEqual(['access.denied', []]);
    const full = Object.assign(new Error('full'), { code: 'ENOSPC', syscall: 'write' });
    const disk = exporting(async () => new Readable({ read() { this.destroy(full); } })); // prettier-ignore
    expect([await codeOf(disk.start().run(question, signal)), disk.files()]).toEqual(['disk.full', []]);
  });
});
