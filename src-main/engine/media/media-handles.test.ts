import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MediaHandles } from './media-handles.ts';

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const content = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));
let folder: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'media-'));
  file = join(folder, 'a.wav');
  writeFileSync(file, content);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function bytes(body: AsyncIterable<Uint8Array> | null): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const pathOf = (url: string): string => url.replace('/media/', '');

describe('media addresses', () => {
  it('serve exactly the bytes of any range', async () => {
    const media = new MediaHandles(random);
    const path = pathOf(media.issue(file, 'audio/wav'));
    await fc.assert(
      fc.asyncProperty(fc.nat(1100), fc.nat(1100), async (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const reply = await media.open(path, { start, end });
        expect(reply.status).toBe(start >= content.length ? 416 : 206);
        if (reply.status === 416) return;
        expect(await bytes(reply.body)).toEqual(content.subarray(start, end + 1));
      }),
      { numRuns: 60 },
    );
    expect(await bytes((await media.open(path)).body)).toEqual(content);
    expect(await bytes((await media.open(path, { end: 10 })).body)).toEqual(content.subarray(-10));
    expect((await media.open(path, { start: 990 })).headers['content-range']).toBe('bytes 990-999/1000');
  });

  it('open for nobody who does not hold both id and key, and for nobody after sign-out', async () => {
    const media = new MediaHandles(random);
    const path = pathOf(media.issue(file, 'audio/wav'));
    const other = pathOf(media.issue(file, 'audio/wav'));
    const mixed = `${path.split('?')[0] ?? ''}?${other.split('?')[1] ?? ''}`;
    for (const wrong of [mixed, path.slice(0, -1), `${path}0`, path.split('?')[0] ?? '', '../../etc/passwd', ''])
      expect((await media.open(wrong)).status).toBe(404);
    media.clear();
    expect((await media.open(path)).status).toBe(404);
  });

  it('forget the oldest when there are too many', async () => {
    const media = new MediaHandles(random);
    const first = pathOf(media.issue(file, 'audio/wav'));
    for (let i = 0; i < 500; i += 1) media.issue(file, 'audio/wav');
    expect((await media.open(first)).status).toBe(404);
  });
});
