import { Readable } from 'node:stream';
import type { AbortSignalLike } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import { uploadCreate, uploadHead, uploadPatch, type RouteSpec } from '#shared/cloud-contract/contract.ts';
import type { RecordingUpload } from './ports.ts';
import type { WireReply, WireRequest } from './cloud-transport.ts';

type Send = (route: RouteSpec, request: WireRequest) => Promise<WireReply>;

const tus = { 'tus-resumable': '1.0.0' };
/** A conflict says that another request of ours was still writing; asking again settles it. */
const maxRounds = 4;

/** tus 1.0.0: create (idempotent by recording id), ask how far the cloud is, send the rest. */
export async function uploadRecording(
  send: Send,
  recording: RecordingUpload,
  signal?: AbortSignalLike,
  onProgress?: (bytes: number) => void,
): Promise<void> {
  await send(uploadCreate, { headers: createHeaders(recording), signal });
  for (let round = 1; ; round += 1) {
    const offset = await askOffset(send, recording, signal);
    onProgress?.(offset);
    try {
      return await sendRest(send, recording, offset, signal, onProgress);
    } catch (error) {
      const code = error instanceof AppError ? error.code : null;
      const again = code === 'sync.conflict' || code === 'auth.expired';
      if (!again || round === maxRounds) throw error;
    }
  }
}

function createHeaders({ id, callId, sha256, bytes, durationMs }: RecordingUpload): { [name: string]: string } {
  const fields = { recordingId: id, callId, sha256, durationMs: String(durationMs) };
  const metadata = Object.entries(fields).map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`);
  return { ...tus, 'upload-length': String(bytes), 'upload-metadata': metadata.join(',') };
}

async function askOffset(send: Send, { id, bytes }: RecordingUpload, signal?: AbortSignalLike): Promise<number> {
  const reply = await send(uploadHead, { params: { id }, headers: tus, signal });
  const offset = Number(reply.headers['upload-offset']);
  if (!Number.isInteger(offset) || offset < 0 || offset > bytes)
    throw new AppError('cloud.refused', { reason: 'offset' });
  return offset;
}

/** Also when nothing is left: the PATCH of zero bytes makes the cloud check the hash if it has not yet. */
async function sendRest(
  send: Send,
  recording: RecordingUpload,
  offset: number,
  signal?: AbortSignalLike,
  onProgress?: (bytes: number) => void,
): Promise<void> {
  const { id, bytes } = recording;
  const body = Readable.from(offset < bytes ? (recording.open(offset) as Readable) : [], { objectMode: false });
  const headers = {
    ...tus,
    'upload-offset': String(offset),
    'content-type': 'application/offset+octet-stream',
    'content-length': String(bytes - offset),
  };
  try {
    const onSent = (sent: number): void => onProgress?.(offset + sent);
    const reply = await send(uploadPatch, { params: { id }, headers, body, signal, onSent });
    if (Number(reply.headers['upload-offset']) !== bytes) throw new AppError('cloud.unreachable', { reason: 'short' });
  } finally {
    body.destroy();
  }
}
