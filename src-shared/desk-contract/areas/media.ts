import { z } from 'zod';
import { defineArea } from '../kit.ts';
import { base64, duration, id, time } from './common.ts';
import { recordingReceipt } from './calls.ts';

/** An address that only this window can read, for <audio>; valid while the session lasts. Supports Range. */
const mediaUrl = z.string();

/** Loudness for a waveform: one byte (0…255) per `peakMs` of sound. */
const peaks = z.object({ peakMs: z.number().int(), values: base64 });

export const opener = z.object({
  id,
  name: z.string(),
  text: z.string(),
  durationMs: duration,
  source: z.enum(['upload', 'recorded', 'sample']),
  fileName: z.string().nullable(),
  createdAt: time,
  /** Chosen as 「开场白」. */
  chosen: z.boolean(),
  peaks,
});
export type Opener = z.output<typeof opener>;

export const recordingView = z.object({
  url: mediaUrl,
  durationMs: duration,
  /** Left: customer. Right: agent (the opener, then the agent's voice). */
  customer: peaks,
  agent: peaks,
  /** Positions inside the recording, ms. */
  openerStartMs: duration.nullable(),
  openerEndMs: duration.nullable(),
  cutInMs: duration.nullable(),
  receipt: recordingReceipt,
});
export type RecordingView = z.output<typeof recordingView>;

/** At most five clips, 60 s each (manual 5.1.1.2); files up to 20 MiB cover 60 s of 24-bit 48 kHz stereo. */
export const openerLimits = {
  count: 5,
  maxMs: 60_000,
  minMs: 500,
  maxBytes: 20 * 1024 * 1024,
  chunkBytes: 192 * 1024,
  nameLength: 40,
  textLength: 2000,
};

export const mediaArea = defineArea({
  commands: {
    'openers.beginUpload': {
      in: z.object({
        fileName: z.string().min(1).max(255),
        bytes: z.number().int().positive(),
        source: z.enum(['upload', 'recorded']),
      }),
      out: z.object({ uploadId: id }),
      errors: ['opener.too-large', 'opener.too-many', 'disk.full'],
    },
    'openers.uploadChunk': {
      in: z.object({ uploadId: id, offset: z.number().int().nonnegative(), data: base64.max(270_000) }),
      out: z.null(),
      errors: ['upload.gone', 'opener.too-large', 'disk.full'],
    },
    /** Decodes the file once into what the phone needs; a bad file is refused here and nothing is kept of it. */
    'openers.finishUpload': {
      in: z.object({
        uploadId: id,
        name: z.string().trim().min(1).max(openerLimits.nameLength),
        text: z.string().max(openerLimits.textLength).default(''),
      }),
      out: opener,
      errors: [
        'upload.gone',
        'opener.not-audio',
        'opener.too-long',
        'opener.too-short',
        'opener.silent',
        'opener.too-many',
        'disk.full',
      ],
      deadline: 60_000,
    },
    'openers.cancelUpload': { in: z.object({ uploadId: id }), out: z.null(), errors: [] },
    'openers.change': {
      in: z.object({
        id,
        name: z.string().trim().min(1).max(openerLimits.nameLength).optional(),
        text: z.string().max(openerLimits.textLength).optional(),
      }),
      out: z.null(),
      errors: ['not-found'],
    },
    'openers.remove': { in: z.object({ id }), out: z.null(), errors: ['not-found', 'opener.in-use'] },
    'openers.listen': { in: z.object({ id }), out: z.object({ url: mediaUrl }), errors: ['not-found'] },
    /** Fetches the recording from the cloud first where it is not on this desk. */
    'recordings.open': {
      in: z.object({ callId: id }),
      out: recordingView,
      errors: [
        'not-found',
        'recording.none',
        'recording.not-here-yet',
        'recording.purged',
        'recording.damaged',
        'cloud.unreachable',
        'access.denied',
      ],
      deadline: 120_000,
    },
  },
  streams: {
    'openers.all': { args: z.null(), item: z.array(opener), resume: 'latest' },
  },
});
