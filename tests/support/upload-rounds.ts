import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '#shared/base/logger.ts';
import { systemClock } from '#engine/index.ts';
import { newId } from '#cloud/main/system.ts';
import { createRecordingUploader } from '#engine/sync/recording-uploader.ts';
import type { RecordingUpload, RecordingUploads } from '#engine/sync/index.ts';
import { startBareCloud, type BareCloud } from './bare-cloud.ts';
import { openCallDesk } from './call-desk.ts';
import { startCuttingProxy, type Cut, type CuttingProxy } from './cutting-proxy.ts';
import { seededRandom } from './seeded-random.ts';
import { until } from './until.ts';

export interface UploadOptions {
  readonly recordings: number;
  /** Sizes of the files, in bytes. */
  readonly from: number;
  readonly to: number;
  readonly seed: number;
}

export interface UploadFindings {
  /** Recordings whose file in the cloud is another one, or none. */
  readonly wrong: string[];
  /** Recordings that the desk gave up. */
  readonly givenUp: string[];
  /** Files and rows of uploads that are not over. */
  readonly left: string[];
  readonly seen: { cuts: CuttingProxy['cuts']; bytes: number };
}

/** Recordings of a desk, by its own uploader, over a cable that is cut while they are on their way. */
export async function uploadRounds(options: UploadOptions): Promise<UploadFindings> {
  const cloud = await startBareCloud();
  const proxy = await startCuttingProxy(cloud.url);
  const folder = mkdtempSync(join(tmpdir(), 'jinhu-uploads-'));
  const desk = await openCallDesk(proxy.url, 'chen');
  try {
    const random = seededRandom(options.seed);
    const files = Array.from({ length: options.recordings }, (_, n) =>
      makeRecording(folder, desk.add(`录音 ${n}`), options, random),
    );
    await desk.sync.service.now();
    const queue = new Queue(files);
    proxy.plan = (request) => (request.includes('/recordings/') ? cutOf(request, random) : null);
    const ground = { clock: systemClock, logger: silentLogger, random: () => 0 };
    const uploader = createRecordingUploader({ ...ground, api: desk.client, recordings: queue, isCallWaiting: () => false, onProgress: () => undefined }); // prettier-ignore
    await until('all uploads', () => (uploader.run(), queue.pending() === 0), 600_000);
    uploader.dispose();
    const found = await compare(cloud, files);
    const bytes = files.reduce((sum, one) => sum + one.bytes, 0);
    return { ...found, givenUp: queue.givenUp, seen: { cuts: { ...proxy.cuts }, bytes } };
  } finally {
    desk.close();
    await proxy.close();
    await cloud.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Noise that no run has to keep in memory; each file another one, the same for the same seed. */
function makeRecording(
  folder: string,
  callId: string,
  { from, to }: UploadOptions,
  random: () => number,
): RecordingUpload {
  const bytes = from + Math.floor(random() * (to - from));
  const key = Buffer.from(Array.from({ length: 16 }, () => Math.floor(random() * 256)));
  const noise = createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
  const id = newId();
  const path = join(folder, id);
  writeFileSync(path, noise);
  const sha256 = createHash('sha256').update(noise).digest('hex');
  return { id, callId, sha256, bytes, durationMs: 60_000, open: (offset) => createReadStream(path, { start: offset }) };
}

class Queue implements RecordingUploads {
  readonly givenUp: string[] = [];
  private readonly waiting: RecordingUpload[];

  constructor(files: readonly RecordingUpload[]) {
    this.waiting = [...files];
  }

  next = (): RecordingUpload | null => this.waiting[0] ?? null;
  pending = (): number => this.waiting.length;
  done = (): void => void this.waiting.shift();
  failed = (id: string, code: string): void => {
    this.givenUp.push(`${id} ${code}`);
    this.waiting.shift();
  };
}

/** Most of the bytes, and so most of the cuts, are in the middle of a PATCH. */
function cutOf(request: string, random: () => number): Cut | null {
  const bytes = request.startsWith('PATCH');
  if (random() > (bytes ? 0.6 : 0.1)) return null;
  if (bytes && random() < 0.8) return { at: 'in-request', part: random() };
  return { at: random() < 0.5 ? 'before-request' : 'before-reply' };
}

async function compare(
  cloud: BareCloud,
  files: readonly RecordingUpload[],
): Promise<Pick<UploadFindings, 'wrong' | 'left'>> {
  const { recordingsDir } = cloud.deps;
  const { asOwner: db } = cloud;
  const rows = await db.selectFrom('recording').select(['id', 'companyId', 'sha256']).execute();
  const wrong = files.filter(({ id, sha256 }) => {
    const row = rows.find((one) => one.id === id);
    const path = join(recordingsDir, row?.companyId ?? '', id);
    if (row?.sha256 !== sha256 || !existsSync(path)) return true;
    return createHash('sha256').update(readFileSync(path)).digest('hex') !== sha256;
  });
  const stored = readdirSync(recordingsDir, { recursive: true, encoding: 'utf8' });
  const uploads = await db.selectFrom('upload').select('id').execute();
  const left = [...stored.filter((name) => name.endsWith('.part')), ...uploads.map(({ id }) => id)];
  return { wrong: wrong.map(({ id }) => id), left };
}
