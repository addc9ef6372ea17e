import { describe, expect, it } from 'vitest';
import { base64FromBytes, bytesFromBase64 } from '#renderer/ui/base64.ts';
import { openerLimits } from '#shared/desk-contract/areas/media.ts';
import { checkFile, nameFromFile, uploadOpener, type UploadPort } from './upload.ts';

function engine(refuse: { chunk?: number; finish?: boolean } = {}): {
  port: UploadPort<string>;
  got: Uint8Array[];
  told: string[];
} {
  const got: Uint8Array[] = [];
  const told: string[] = [];
  const port: UploadPort<string> = {
    begin: async ({ bytes }) => {
      told.push(`begin ${String(bytes)}`);
      return { uploadId: 'u' };
    },
    chunk: async ({ offset, data }) => {
      if (refuse.chunk === got.length) throw new Error('disk.full');
      expect(data.length).toBeLessThanOrEqual(270_000); // the contract's own limit
      expect(offset).toBe(got.reduce((sum, one) => sum + one.length, 0));
      got.push(bytesFromBase64(data));
    },
    finish: async ({ name }) => {
      if (refuse.finish) throw new Error('opener.silent');
      told.push(`finish ${name}`);
      return 'opener';
    },
    cancel: async () => {
      told.push('cancel');
    },
  };
  return { port, got, told };
}

const file = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 31) & 0xff);
const request = (bytes: Uint8Array) => ({
  fileName: '九月.wav',
  bytes,
  source: 'upload' as const,
  name: '九月',
  text: '',
  encode: base64FromBytes,
  onProgress: () => undefined,
});

describe('uploading an opener', () => {
  it('sends every byte once, in order, and says how far it is', async () => {
    const { port, got, told } = engine();
    const shares: number[] = [];
    const bytes = file(openerLimits.chunkBytes * 2 + 17);
    const made = await uploadOpener(port, { ...request(bytes), onProgress: (share) => shares.push(share) });
    expect(made).toBe('opener');
    expect(got.map((one) => base64FromBytes(one))).toEqual(
      [0, 1, 2].map((at) =>
        base64FromBytes(bytes.subarray(at * openerLimits.chunkBytes, (at + 1) * openerLimits.chunkBytes)),
      ),
    );
    expect(told).toEqual([`begin ${String(bytes.length)}`, 'finish 九月']);
    expect(shares).toHaveLength(3);
    expect(shares.at(-1)).toBe(1);
  });

  it('stops between two chunks when it is cancelled, and the engine drops the rest', async () => {
    const { port, got, told } = engine();
    const stop = new AbortController();
    const made = await uploadOpener(port, {
      ...request(file(openerLimits.chunkBytes * 3)),
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(made).toBeNull();
    expect(got).toHaveLength(1);
    expect(told.at(-1)).toBe('cancel');
  });

  it('gives the refusal on and tells the engine to drop what it has', async () => {
    const full = engine({ chunk: 1 });
    await expect(uploadOpener(full.port, request(file(openerLimits.chunkBytes * 2)))).rejects.toThrow('disk.full');
    expect(full.told.at(-1)).toBe('cancel');
    const silent = engine({ finish: true });
    await expect(uploadOpener(silent.port, request(file(10)))).rejects.toThrow('opener.silent');
  });

  it('does not begin what was cancelled before', async () => {
    const { port, told } = engine();
    expect(await uploadOpener(port, { ...request(file(1)), signal: AbortSignal.abort() })).toBeNull();
    expect(told).toEqual([]);
  });
});

describe('a picked file', () => {
  it('is refused at once where no upload is needed to know', () => {
    expect(checkFile({ name: 'a.MP3', size: 1 }, 4)).toBeNull();
    expect(checkFile({ name: 'a.mp3', size: 1 }, 5)).toBe('opener.too-many');
    expect(checkFile({ name: 'a.docx', size: 1 }, 0)).toBe('opener.not-audio');
    expect(checkFile({ name: 'a.mp3', size: 0 }, 0)).toBe('opener.not-audio');
    expect(checkFile({ name: 'a.wav', size: openerLimits.maxBytes + 1 }, 0)).toBe('opener.too-large');
  });

  it('lends its name', () => {
    expect(nameFromFile('九月 新品.v2.mp3')).toBe('九月 新品.v2');
    expect(nameFromFile('.mp3')).toBe('.mp3');
    expect(nameFromFile(`${'长'.repeat(60)}.wav`)).toHaveLength(40);
  });
});
