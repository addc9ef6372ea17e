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
