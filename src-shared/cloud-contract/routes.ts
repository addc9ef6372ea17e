import { z } from 'zod';
import { sipSecretShape } from '../company/sip-accounts.ts';
import { passwordFaults } from '../domain/password.ts';
import { companyRoutes } from './company-routes.ts';
import { ownQuotas } from './quota-routes.ts';
import { defineRoute } from './kit.ts';
import { numberHeads, numberHeadsFile } from './number-routes.ts';
import { checkNumbers, numberCheckOffer } from './number-check-routes.ts';
import { openerSound, putOpenerSound } from './opener-routes.ts';
import { pushItem, pushResult } from './ops.ts';
import { cloudChange } from './change.ts';
import { cloudCompany, cloudDevice, cloudEmployee, id, time } from './rows.ts';

const deviceId = z.string().min(1).max(100);
/** Of the program at the desk, for the list of devices. Desks of before do not say. */
const deskVersion = z.string().max(40).optional();

export const tokens = z.looseObject({
  /** Sent as `Authorization: Bearer …`. Short-lived. */
  accessToken: z.string(),
  accessExpiresAt: time,
  /** Used once: each refresh answers with the next one. */
  refreshToken: z.string(),
});
export type CloudTokens = z.output<typeof tokens>;

const session = z.looseObject({
  ...tokens.shape,
  employee: cloudEmployee,
  company: cloudCompany,
  /**
   * The same at each sign-in of this person on this device, and told nowhere else: with it a desk locks what it has not sent
   * when the session is ended by force. A cloud without it leaves the person's password for that.
   */
  deskKey: z.string().min(16).max(200).optional(),
});
export type CloudSession = z.output<typeof session>;

export const health = defineRoute({
  method: 'GET',
  path: '/v1/health',
  summary: 'Is there a Jinhu cloud at this address, and does it speak my contract?',
  auth: 'public',
  reply: z.looseObject({ ok: z.literal(true), name: z.literal('jinhu-cloud'), contractVersion: z.number(), time }),
  errors: [],
});

export const signIn = defineRoute({
  method: 'POST',
  path: '/v1/auth/sign-in',
  summary: 'Account and password for a session of one device',
  auth: 'public',
  body: z.object({
    account: z.string().trim().min(1).max(100),
    password: z.string().min(1).max(200),
    deviceId,
    deviceName: z.string().max(100),
    /** With a one-time password: the person's own, in its place. Without it that password opens nothing. */
    newPassword: z.string().max(1000).optional(),
    deskVersion,
  }),
  reply: session,
  errors: [
    'auth.bad-credentials',
    'auth.locked',
    'auth.disabled',
    'password.change-required',
    'password.unchanged',
    ...passwordFaults,
  ],
});

export const refresh = defineRoute({
  method: 'POST',
  path: '/v1/auth/refresh',
  summary: 'The next pair of tokens; a spent refresh token ends the session (30 s of grace for the same device)',
  auth: 'public',
  body: z.object({ refreshToken: z.string().max(200), deviceId, deskVersion }),
  reply: tokens,
  errors: ['auth.disabled', 'auth.revoked', 'auth.password-changed'],
});

export const signOut = defineRoute({
  method: 'POST',
  path: '/v1/auth/sign-out',
  summary: 'Ends the session of this refresh token; unknown tokens are fine',
  auth: 'public',
  body: z.object({ refreshToken: z.string().max(200) }),
  reply: z.looseObject({}),
  errors: [],
});

export const changePassword = defineRoute({
  method: 'POST',
  path: '/v1/auth/change-password',
  summary: 'A new password for myself. Ends my sessions on all other devices',
  auth: 'user',
  body: z.object({
    oldPassword: z.string().min(1).max(200),
    /** Judged by the rules of the password, which say what is wrong; hence no narrower bound here. */
    newPassword: z.string().max(1000),
  }),
  reply: z.looseObject({}),
  errors: ['password.wrong-old', 'auth.locked', 'password.unchanged', ...passwordFaults],
});

export const devices = defineRoute({
  method: 'GET',
  path: '/v1/auth/devices',
  summary: 'The devices that I sign in on, last seen first; for administrators also those of one of their people',
  auth: 'user',
  query: z.object({ employeeId: id.optional() }),
  reply: z.looseObject({ devices: z.array(cloudDevice) }),
  errors: ['access.denied', 'not-found'],
});

export const endDevice = defineRoute({
  method: 'DELETE',
  path: '/v1/auth/devices/:id',
  summary: 'Ends all sessions of a device at once: its next request is refused',
  auth: 'user',
  params: z.object({ id }),
  reply: z.looseObject({}),
  errors: ['not-found'],
});

export const me = defineRoute({
  method: 'GET',
  path: '/v1/me',
  summary: 'Who am I',
  auth: 'user',
  reply: z.looseObject({ employee: cloudEmployee, company: cloudCompany }),
  errors: [],
});

export const employees = defineRoute({
  method: 'GET',
  path: '/v1/employees',
  summary: 'Colleagues I may see: agents see themselves, managers their department, admins everybody',
  auth: 'user',
  reply: z.looseObject({ employees: z.array(cloudEmployee) }),
  errors: [],
});

export const changes = defineRoute({
  method: 'GET',
  path: '/v1/changes',
  summary: 'What changed behind a cursor. Everything in (after, next] that this person may see is in the page',
  auth: 'user',
  query: z.object({
    after: z.coerce.number().int().min(0).default(0),
    limit: z.coerce.number().int().min(1).max(500).default(500),
  }),
  reply: z.looseObject({
    /** Another epoch than before: this is another history (restored backup, other rights). Pull again from zero. */
    epoch: z.string(),
    changes: z.array(cloudChange),
    /** The cursor for the next page. May lie beyond the last change: what lies between is not this person's. */
    next: z.number().int(),
    /**
     * How many entries of (after, next] are not in the page on purpose: another person's, followed by a later one of the
     * same row, or taken away since nobody needs them any more. Then `changes` and `hidden` together are next − after, or something was lost on the way. Clouds of
     * before do not say.
     */
    hidden: z.number().int().nonnegative().optional(),
    /**
     * Up to here deletions are no longer told. Who has rows of this history and had read less far than that when the cursor
     * was taken pulls again from zero; who is reading from zero goes on, unless it has moved past their cursor since they
     * began. Clouds of before do not say: they tell everything.
     */
    floor: z.number().int().nonnegative().optional(),
    /**
     * Where the company's counter stood when the page was read: of someone who reads from zero, `next` / `head` is how far
     * they are. Clouds of before do not say.
     */
    head: z.number().int().nonnegative().optional(),
    hasMore: z.boolean(),
    serverTime: time,
  }),
  errors: [],
});

/** A stream that says nothing else sends a comment so often, in ms. Two that stay away: the line is dead. */
export const streamBeatMs = 15_000;

export const changeStream = defineRoute({
  method: 'GET',
  path: '/v1/changes/stream',
  summary:
    'Server-sent events: that the change counter of my company has moved, never what changed. At most one per session. A comment every 15 s. Who is not told (or has no stream) finds everything by GET /v1/changes',
  auth: 'user',
  reply: 'events',
  events: {
    /** Where the counter stands: at once, and after changes that this person may see. Some may be passed over for a later one. */
    changed: z.looseObject({ seq: z.number().int().nonnegative() }),
    /**
     * The last event. `token`: the access token is too old now, come again with a fresh one; `session`: it has ended or the
     * account is disabled; `replaced`: the same session has opened another stream; `draining`: this server goes away.
     */
    end: z.looseObject({ reason: z.string() }),
  },
  errors: [],
});

export const push = defineRoute({
  method: 'POST',
  path: '/v1/sync/push',
  summary: 'Local changes, each applied once by its opId; every one is answered for, none blocks the others',
  auth: 'user',
  body: z.object({
    deviceId,
    ops: z.array(pushItem).max(100),
  }),
  reply: z.looseObject({ results: z.array(pushResult) }),
  errors: [],
});

const recordingParams = z.object({ id });

export const uploadCreate = defineRoute({
  method: 'POST',
  path: '/v1/recordings/upload',
  summary:
    'tus 1.0.0 creation. Upload-Length, Upload-Metadata: recordingId, callId, sha256 (hex), durationMs (each value base64). Idempotent by recordingId',
  auth: 'user',
  reply: 'empty',
  errors: ['not-found', 'access.denied', 'sync.conflict'],
});

export const uploadHead = defineRoute({
  method: 'HEAD',
  path: '/v1/recordings/upload/:id',
  summary: 'tus 1.0.0: how far the upload is (Upload-Offset)',
  auth: 'user',
  params: recordingParams,
  reply: 'empty',
  errors: ['not-found'],
});

export const uploadPatch = defineRoute({
  method: 'PATCH',
  path: '/v1/recordings/upload/:id',
  summary:
    'tus 1.0.0: bytes from Upload-Offset on. The last one checks the SHA-256: 204 = stored and verified, 460 = discarded',
  auth: 'user',
  params: recordingParams,
  body: 'bytes',
  reply: 'empty',
  errors: ['not-found', 'sync.conflict', 'recording.damaged', 'disk.full'],
});

export const uploadDelete = defineRoute({
  method: 'DELETE',
  path: '/v1/recordings/upload/:id',
  summary: 'tus 1.0.0 termination of an unfinished upload',
  auth: 'user',
  params: recordingParams,
  reply: 'empty',
  errors: ['not-found'],
});

export const recordingFile = defineRoute({
  method: 'GET',
  path: '/v1/recordings/:id/file',
  summary: 'The audio, with Range. Each playback leaves an audit row, and each download one of its own',
  auth: 'user',
  params: recordingParams,
  query: z.object({ download: z.literal('1').optional() }),
  reply: 'bytes',
  errors: ['not-found', 'recording.not-here-yet', 'recording.purged', 'quota.spent'],
});

export const sipAccountSecret = defineRoute({
  method: 'GET',
  path: '/v1/sip-accounts/:id/secret',
  summary:
    'The passwords of a SIP account that is assigned to me: nobody else is told, whatever their role. Leaves an audit row',
  auth: 'user',
  params: z.object({ id }),
  reply: z.looseObject(sipSecretShape),
  errors: ['not-found', 'secret.unreadable'],
});

/** The whole contract. */
export const cloudRoutes = {
  health, signIn, refresh, signOut, changePassword, devices, endDevice, me, employees, changes, changeStream, push,
  uploadCreate, uploadHead, uploadPatch, uploadDelete, recordingFile, sipAccountSecret, ownQuotas, openerSound, putOpenerSound,
  numberHeads, numberHeadsFile,
  numberCheckOffer, checkNumbers,
  ...companyRoutes,
} as const; // prettier-ignore
