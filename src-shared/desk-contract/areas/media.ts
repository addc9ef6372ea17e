import { z } from 'zod';
import { clipHash } from '../../company/openers.ts';
import { openerClip } from '../../domain/opener.ts';
import { defineArea } from '../kit.ts';
import { base64, cloudRefusals, duration, id, time } from './common.ts';
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
  /** `company`: whoever administers decides about it, here it is only chosen and heard. */
  source: z.enum(['upload', 'recorded', 'sample', 'company']),
  fileName: z.string().nullable(),
  /** 0 for the company's. */
  createdAt: time,
  /** Plays as 「开场白」: this person has chosen it, or has chosen none and it is the company's default. */
  chosen: z.boolean(),
  /** 默认开场白 of the company or of the person's department. */
  isDefault: z.boolean(),
  /** False: its sound is still on its way from the cloud, and nothing can play. */
  here: z.boolean(),
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
  maxMs: openerClip.maxMs,
  minMs: openerClip.minMs,
  maxBytes: 20 * 1024 * 1024,
  chunkBytes: 192 * 1024,
  nameLength: openerClip.nameLength,
  textLength: openerClip.textLength,
};

export const mediaArea = defineArea({
  commands: {
    'openers.beginUpload': {
      in: z.object({
        fileName: z.string().min(1).max(255),
        bytes: z.number().int().positive(),
        source: z.enum(['upload', 'recorded']),
        /** Whose it is to be: the company's take none of this person's places. */
        to: z.enum(['own', 'company']).default('own'),
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
    /** Decodes the file as `finishUpload` does and sends it to the cloud, where an opener of the company can then name it. */
    'openers.sendToCompany': {
      in: z.object({ uploadId: id }),
      out: z.object({ sha256: clipHash, durationMs: duration }),
      errors: [
        'upload.gone',
        'opener.not-audio',
        'opener.too-long',
        'opener.too-short',
        'opener.silent',
        'opener.sound-damaged',
        'disk.full',
        'access.denied',
        'cloud.version-mismatch',
        ...cloudRefusals,
      ],
      deadline: 120_000,
    },
    /** A sound of the company's, fetched first where it is not on this desk. */
    'openers.listenCompany': {
      in: z.object({ sha256: clipHash }),
      out: z.object({ url: mediaUrl }),
      errors: ['not-found', 'opener.sound-damaged', 'disk.full', 'cloud.version-mismatch', ...cloudRefusals],
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
    /** One of the company's whose sound is not here yet is `not-found`. */
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
        'disk.full',
        'cloud.unreachable',
        'access.denied',
      ],
      deadline: 120_000,
    },
    /**
     * As a file to keep. The cloud counts it against the quota and notes it in the audit log first, of sound that lies on this desk too:
     * so it has to be uploaded, and the cloud to be there (docs/decisions/0033-downloads.md).
     */
    'recordings.download': {
      in: z.object({ callId: id }),
      out: z.object({
        url: mediaUrl,
        /** When, with whom; numbers are masked as in this person's exports. */
        fileName: z.string(),
      }),
      errors: [
        'not-found',
        'recording.none',
        'recording.not-here-yet',
        'recording.not-uploaded',
        'recording.not-for-download',
        'recording.purged',
        'recording.damaged',
        'quota.spent',
        'disk.full',
        'access.denied',
        'cloud.version-mismatch',
        ...cloudRefusals,
      ],
      deadline: 120_000,
    },
  },
  streams: {
    'openers.all': { args: z.null(), item: z.array(opener), resume: 'latest' },
  },
});
