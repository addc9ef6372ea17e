import { wavHeader } from '#engine/audio/wav.ts';
import type { Client } from './desk.ts';

/** Uploads 8-kHz mono samples as a person uploads a file, and chooses the clip. */
export async function addOpener(client: Client, samples: Int16Array): Promise<void> {
  const bytes = Buffer.concat([wavHeader(8000, 1, samples.byteLength), Buffer.from(samples.buffer)]);
  const file = { fileName: 'opener.wav', bytes: bytes.length, source: 'upload' } as const;
  const { uploadId } = await client.call('openers.beginUpload', file);
  for (let offset = 0; offset < bytes.length; offset += 150_000) {
    const data = bytes.subarray(offset, offset + 150_000).toString('base64');
    await client.call('openers.uploadChunk', { uploadId, offset, data });
  }
  const { id } = await client.call('openers.finishUpload', { uploadId, name: '开场白', text: '' });
  await client.call('settings.change', { openerId: id });
}

/** A pure tone: everything a test hears of it can be told from speech. */
export const tone = (hz: number, seconds: number, level = 8000): Int16Array =>
  Int16Array.from({ length: seconds * 8000 }, (_, n) => Math.round(level * Math.sin((2 * Math.PI * hz * n) / 8000)));
