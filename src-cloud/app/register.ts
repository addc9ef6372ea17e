import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { z } from 'zod';
import { AppError } from '#shared/base/errors.ts';
import { companyRights, hasRight } from '#shared/domain/company-rights.ts';
import { commonErrors, errorBody, push, statusOf } from '#shared/cloud-contract/contract.ts';
import type { RouteParsed, RouteReply, RouteSpec } from '#shared/cloud-contract/contract.ts';
import type { Scope } from '../database/scope.ts';
import { isStorable } from '../database/storable.ts';
import type { FairGate } from './fair-gate.ts';

/** Where a request comes from. */
export interface Origin {
  /** IP address. */
  readonly address: string;
  /** The session that asks. */
  readonly familyId: string;
}
/** Who asks, and from where. */
export interface Asker {
  /** Whose eyes the request looks through. */
  readonly scope: Scope;
  readonly origin: Origin;
}

/** Finds out who asks; throws `auth.required`, `auth.expired`, or `rate.limited`. */
export type Authenticate = (authorization: string | undefined) => Promise<{ scope: Scope; familyId: string }>;

type RouteCall<R extends RouteSpec> = RouteParsed<R> & {
  /** Null on public routes. */
  readonly scope: R['auth'] extends 'user' ? Scope : null;
  readonly origin: R['auth'] extends 'user' ? Origin : null;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
};
type Handler<R extends RouteSpec> = (
  call: RouteCall<R>,
) => Promise<R['reply'] extends 'bytes' | 'empty' | 'events' ? FastifyReply : RouteReply<R>>;

/**
 * The largest JSON bodies, in bytes. Of a push: a desk sends half a megabyte at once, and one call alone may have 132 kB of
 * peaks. Of somebody we do not know: an account and a password. An upload is bounded by what it has announced.
 */
const jsonLimit = 1024 * 1024;
const pushLimit = 4 * 1024 * 1024;
const strangersLimit = 16 * 1024;

interface Handling {
  /** `none`: not let in by turns, for what mostly waits for others than the database; the handler bounds how many there are. */
  readonly turn?: 'none';
  /** Who refuses text that no row can keep: the route as a whole, or the handler item by item. Default: the route. */
  readonly storable?: 'by-handler';
}

function bodyLimitOf(spec: RouteSpec): number {
  if (spec.auth !== 'user') return strangersLimit;
  return spec.path === push.path ? pushLimit : jsonLimit;
}

/** WHATWG HTML §9.2. */
export const eventStream = 'text/event-stream';

const askers = new WeakMap<FastifyRequest, Asker>();

/** Who asks, once the sign-in was checked. */
export const askerOf = (request: FastifyRequest): Scope | undefined => askers.get(request)?.scope;

/** Puts routes of the contract onto the server: validation, sign-in check and document come from the spec alone. */
export class Registrar {
  private readonly app: FastifyInstance;
  private readonly authenticate: Authenticate;
  private readonly gate: FairGate;

  constructor(app: FastifyInstance, authenticate: Authenticate, gate: FairGate) {
    this.app = app;
    this.authenticate = authenticate;
    this.gate = gate;
  }

  add<R extends RouteSpec>(spec: R, handler: Handler<R>, { storable, turn }: Handling = {}): void {
    const inTurn: InTurn = turn === 'none' ? (_company, work) => work() : turnOf(spec, this.gate);
    this.app.route({
      method: spec.method,
      url: spec.path,
      schema: schemaOf(spec),
      bodyLimit: bodyLimitOf(spec),
      // Before the body is read: strangers cannot make us parse anything.
      onRequest: async (request) => {
        // Else a stream would be looked at as if it were the JSON that it stands in for.
        if (spec.body !== 'bytes' && /octet-stream/i.test(request.headers['content-type'] ?? ''))
          throw new AppError('input.invalid', { reason: 'content-type' });
        if (spec.auth !== 'user') return;
        const { scope, familyId } = await this.authenticate(request.headers.authorization);
        if (spec.right !== undefined && !hasRight(scope.role, spec.right)) throw new AppError('access.denied');
        askers.set(request, { scope, origin: { address: request.ip, familyId } });
      },
      preValidation: async ({ params, query, body }) => {
        const asked = spec.body === 'bytes' || storable === 'by-handler' ? [params, query] : [params, query, body];
        if (!isStorable(asked)) throw new AppError('input.invalid', { reason: 'text' });
      },
      handler: async (request, reply) => {
        const { scope, origin } = askers.get(request) ?? { scope: null, origin: null };
        if (spec.auth === 'user' && !scope) throw new AppError('auth.required');
        const { params, query, body } = request;
        const call = { params, query, body, scope, origin, request, reply } as unknown as RouteCall<R>;
        // Only now: a body that comes slowly must not hold the place of another.
        return scope ? inTurn(scope.companyId, () => handler(call)) : handler(call);
      },
    });
  }
}

type InTurn = <T>(company: string, work: () => Promise<T>) => Promise<T>;

/** Answers that flow on behind their handler (a recording's sound) are bounded by their connections alone. */
function turnOf(spec: RouteSpec, gate: FairGate): InTurn {
  if (spec.body === 'bytes') return (company, work) => gate.upload(company, work);
  const short = typeof spec.reply !== 'string' || spec.reply === 'empty';
  return short ? (company, work) => gate.run(company, work) : (_company, work) => work();
}

function schemaOf(spec: RouteSpec): FastifySchema {
  const byStatus: Record<number, string[]> = {};
  for (const code of [...spec.errors, ...commonErrors]) (byStatus[statusOf(code)] ??= []).push(code);
  const errors = Object.fromEntries(
    Object.entries(byStatus).map(([status, codes]) => [status, errorBody.describe([...new Set(codes)].join(', '))]),
  );
  return {
    summary: spec.summary,
    ...(spec.right === undefined
      ? {}
      : { description: `Needs the right \`${spec.right}\`: ${companyRights[spec.right].join(', ')}.` }),
    tags: [spec.path.split('/')[2] ?? ''],
    ...(spec.auth === 'user' ? { security: [{ bearer: [] }] } : {}),
    ...(spec.params ? { params: spec.params } : {}),
    ...(spec.query ? { querystring: spec.query } : {}),
    ...(spec.body && spec.body !== 'bytes' ? { body: spec.body } : {}),
    response: { ...replyOf(spec), ...errors },
  } as FastifySchema;
}

function replyOf({ reply, events }: RouteSpec): object {
  if (typeof reply !== 'string') return { 200: reply };
  if (!events) return {};
  // A stream is no one value: the document shows what each event's data is, under its name.
  const byName = z.object(events as Record<string, z.ZodType>).partial();
  return { 200: { description: 'By the name of the event', content: { [eventStream]: { schema: byName } } } };
}
