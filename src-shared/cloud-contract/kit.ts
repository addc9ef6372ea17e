import { z } from 'zod';
import type { ErrorCode } from '../base/errors.ts';
import type { CompanyRight } from '../domain/company-rights.ts';

/** Goes with every request and every reply. A cloud answers another major version with 426 `cloud.version-mismatch`. */
export const contractVersion = 1;
export const contractHeader = 'x-jinhu-contract';

/**
 * One route. From it come the server's validation, the typed client and the OpenAPI document; nothing about a route is
 * written down twice. Paths use Fastify's form (`/v1/recordings/:id/file`).
 */
export interface RouteSpec {
  readonly method: 'GET' | 'POST' | 'PUT' | 'HEAD' | 'PATCH' | 'DELETE';
  readonly path: `/${string}`;
  readonly summary: string;
  readonly auth: 'public' | 'user';
  /** Of administration: who has it not is refused with `access.denied` before the body is read. */
  readonly right?: CompanyRight;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  /** JSON body. `bytes` = a raw stream (tus PATCH). */
  readonly body?: z.ZodType | 'bytes';
  /** JSON reply of a 200, or `bytes` (the file itself), or `empty` (headers only), or `events` (a stream that stays open). */
  readonly reply: z.ZodType | 'bytes' | 'empty' | 'events';
  /** Of a stream of server-sent events (WHATWG HTML §9.2), by their names: what their data is, as JSON. */
  readonly events?: { readonly [name: string]: z.ZodType };
  /** What this route may refuse with, beside `commonErrors`. */
  readonly errors: readonly ErrorCode[];
}

/** Any route may fail with these. */
export const commonErrors = [
  'input.invalid',
  'auth.required',
  'auth.expired',
  'rate.limited',
  'cloud.version-mismatch',
  'cloud.unreachable',
  'internal',
] as const satisfies readonly ErrorCode[];

/** Identity with inference: keeps the literal types of a route. */
export const defineRoute = <const R extends RouteSpec>(route: R): R => route;

type In<T> = T extends z.ZodType ? z.input<T> : undefined;
type Out<T> = T extends z.ZodType ? z.output<T> : undefined;

/** What a caller hands over. Parts that the route does not have are absent. */
export type RouteInput<R extends RouteSpec> = (R extends { params: z.ZodType }
  ? { params: In<R['params']> }
  : unknown) &
  (R extends { query: z.ZodType } ? { query: In<R['query']> } : unknown) &
  (R extends { body: z.ZodType } ? { body: In<R['body']> } : unknown);

/** What a handler is given after validation. */
export interface RouteParsed<R extends RouteSpec> {
  readonly params: Out<R['params']>;
  readonly query: Out<R['query']>;
  readonly body: Out<R['body']>;
}
export type RouteReply<R extends RouteSpec> = Out<R['reply']>;
/** The events of a stream, by their names. */
export type RouteEvents<R extends RouteSpec> = {
  readonly [Name in keyof R['events']]: Out<R['events'][Name]>;
};

/** Every refusal, on every route, has this body. */
export const errorBody = z.looseObject({
  error: z.looseObject({ code: z.string(), details: z.record(z.string(), z.json()).default({}) }),
});

const statuses: Partial<Record<ErrorCode, number>> = {
  'input.invalid': 400,
  'auth.bad-credentials': 401,
  'auth.required': 401,
  'auth.expired': 401,
  'auth.revoked': 401,
  'auth.password-changed': 401,
  'access.denied': 403,
  'auth.disabled': 403,
  'not-found': 404,
  'recording.not-here-yet': 404,
  'recording.purged': 410,
  'sync.conflict': 409,
  'cloud.version-mismatch': 426,
  'auth.locked': 429,
  'rate.limited': 429,
  // tus 1.0.0, checksum extension: 460 Checksum Mismatch. The bytes are gone, the client starts again from zero.
  'recording.damaged': 460,
  'opener.sound-damaged': 460,
  'opener.not-audio': 422,
  'opener.too-long': 422,
  'opener.too-short': 422,
  'opener.company-full': 422,
  'snippet.too-many': 422,
  'script.too-many': 422,
  'outcome.set-invalid': 422,
  'quota.spent': 422,
  'cloud.refused': 422,
  'account.taken': 422,
  'employee.last-admin': 422,
  'employee.yourself': 422,
  'password.change-required': 422,
  'department.name-taken': 422,
  'department.not-empty': 422,
  'number.empty': 422,
  'number.has-letters': 422,
  'number.too-short': 422,
  'number.too-long': 422,
  'number.invalid': 422,
  'listing.not-a-customer': 422,
  'listing.expired': 422,
  'listing.decided': 409,
  'channel.account-exists': 422,
  'channel.employee-full': 422,
  'channel.number-taken': 422,
  'channel.two-holders': 422,
  'secret.no-key': 422,
  'secret.unreadable': 422,
  'sip.server-invalid': 422,
  'sip.domain-invalid': 422,
  'sip.user-invalid': 422,
  'sip.caller-id-invalid': 422,
  'sip.state-code-invalid': 422,
  'sip.state-codes-missing': 422,
  'sip.state-codes-same': 422,
  'sip.stun-invalid': 422,
  'sip.turn-invalid': 422,
  'sip.turn-no-user': 422,
  'sip.turn-no-password': 422,
  'sip.no-password': 422,
  'password.too-short': 422,
  'password.too-long': 422,
  'password.personal': 422,
  'password.common': 422,
  'password.unchanged': 422,
  // No 401: the session is fine, and must not be taken for an ended one.
  'password.wrong-old': 422,
  'cloud.unreachable': 503,
  'disk.full': 507,
  internal: 500,
};

/** The HTTP status of an error code. The code is what clients decide by; the status is for proxies and logs. */
export const statusOf = (code: ErrorCode): number => statuses[code] ?? 500;
