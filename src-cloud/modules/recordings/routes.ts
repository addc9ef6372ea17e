import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '#shared/base/errors.ts';
import {
  duration,
  holdRecording,
  id,
  recordingFile,
  recordingHolds,
  recordingRule,
  releaseRecording,
  setRecordingRule,
  sha256,
  uploadCreate,
  uploadDelete,
  uploadHead,
  uploadPatch,
} from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Registrar } from '../../app/register.ts';
import { parseRange } from './range.ts';
import { KeepingService } from './keeping.ts';
import { RecordingsService } from './service.ts';

const tusVersion = '1.0.0';
const offsetStream = 'application/offset+octet-stream';
/** Two hours of stereo WAV at 8 kHz are 230 MB; calls are far shorter. */
const maxBytes = 200 * 1024 * 1024;

/** Recordings in (the parts of tus 1.0.0 that a desk needs: creation, head, patch, termination) and out (Range). */
export function registerRecordings(app: FastifyInstance, registrar: Registrar, deps: CloudDeps): void {
  const service = new RecordingsService(deps);
  // The body stays a stream: a recording never lies in memory whole.
  app.addContentTypeParser(offsetStream, (_request, payload, done) => done(null, payload));
  app.addHook('onRequest', async (request, reply) => {
    if (!request.routeOptions.url?.startsWith(uploadCreate.path)) return;
    reply.header('tus-resumable', tusVersion);
    const asked = request.headers['tus-resumable'];
    if (asked !== undefined && asked !== tusVersion) throw new AppError('cloud.version-mismatch', { tus: tusVersion });
  });
  addUploads(registrar, service);
  addPlayback(registrar, service);
  addKeeping(registrar, new KeepingService(deps));
}

function addKeeping(registrar: Registrar, service: KeepingService): void {
  registrar.add(recordingRule, ({ scope, query }) => service.rule(scope, query.keepDays));
  registrar.add(setRecordingRule, async ({ scope, origin, body }) => {
    await service.setRule({ scope, origin }, body.keepDays);
    return {};
  });
  registrar.add(recordingHolds, async ({ scope }) => ({ holds: await service.holds(scope) }));
  registrar.add(holdRecording, async ({ scope, origin, params, body }) => {
    await service.hold({ scope, origin }, params.id, body.reason);
    return {};
  });
  registrar.add(releaseRecording, async ({ scope, origin, params }) => {
    await service.release({ scope, origin }, params.id);
    return {};
  });
}

function addUploads(registrar: Registrar, service: RecordingsService): void {
  registrar.add(uploadCreate, async ({ scope, request, reply }) => {
    const plan = parsePlan(request);
    await service.create(scope, plan);
    return reply.status(201).header('location', `${uploadCreate.path}/${plan.id}`).send();
  });
  registrar.add(uploadHead, async ({ scope, params, reply }) => {
    const { offset, length } = await service.progress(scope, params.id);
    return reply.header('upload-offset', offset).header('upload-length', length).send();
  });
  registrar.add(uploadPatch, async ({ scope, params, request, reply }) => {
    const offset = wholeNumber(request.headers['upload-offset']);
    if (request.headers['content-type'] !== offsetStream)
      throw new AppError('input.invalid', { reason: 'content-type' });
    const now = await service.append(scope, params.id, offset, request.body as Readable);
    return reply.status(204).header('upload-offset', now).send();
  });
  registrar.add(uploadDelete, async ({ scope, params, reply }) => {
    await service.terminate(scope, params.id);
    return reply.status(204).send();
  });
}

function addPlayback(registrar: Registrar, service: RecordingsService): void {
  registrar.add(recordingFile, async ({ scope, origin, params, query, request, reply }) => {
    const why = query.download === undefined ? 'recording.play' : 'recording.download';
    const { recording, read } = await service.play({ scope, origin }, params.id, why);
    reply.header('accept-ranges', 'bytes').header('content-type', 'audio/wav').header('etag', `"${recording.sha256}"`);
    return sendRange(reply, request.headers.range, recording.bytes, read);
  });
}

async function sendRange(
  reply: FastifyReply,
  header: string | undefined,
  size: number,
  read: (start: number, end: number) => Promise<Readable>,
): Promise<FastifyReply> {
  const range = parseRange(header, size);
  if (range === 'unsatisfiable') return reply.status(416).header('content-range', `bytes */${size}`).send();
  const { start, end } = range ?? { start: 0, end: size - 1 };
  if (range) reply.status(206).header('content-range', `bytes ${start}-${end}/${size}`);
  reply.header('content-length', end - start + 1);
  return reply.send(size === 0 ? '' : await read(start, end));
}

const planSchema = z.object({
  id,
  callId: id,
  sha256,
  durationMs: z.coerce.number().pipe(duration),
  bytes: z.number().int().min(1).max(maxBytes),
});

/** tus Upload-Metadata: comma-separated pairs of a name and a base64 value. */
function parsePlan(request: FastifyRequest): z.output<typeof planSchema> {
  const fields: Record<string, string> = {};
  for (const pair of String(request.headers['upload-metadata'] ?? '').split(',')) {
    const [name = '', value = ''] = pair.trim().split(' ');
    fields[name] = Buffer.from(value, 'base64').toString('utf8');
  }
  const { recordingId, callId, sha256: hash, durationMs } = fields;
  const bytes = wholeNumber(request.headers['upload-length']);
  const parsed = planSchema.safeParse({ id: recordingId, callId, sha256: hash, durationMs, bytes });
  if (!parsed.success)
    throw new AppError('input.invalid', { issues: parsed.error.issues.map((issue) => issue.path.join('.')) });
  return parsed.data;
}

function wholeNumber(header: string | string[] | undefined): number {
  if (typeof header !== 'string' || !/^\d{1,15}$/.test(header))
    throw new AppError('input.invalid', { reason: 'header' });
  return Number(header);
}
