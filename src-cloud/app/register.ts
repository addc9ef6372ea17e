import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { AppError } from '#shared/base/errors.ts';
import { commonErrors, errorBody, statusOf } from '#shared/cloud-contract/contract.ts';
import type { RouteParsed, RouteReply, RouteSpec } from '#shared/cloud-contract/contract.ts';
import type { Scope } from '../database/scope.ts';
import { isStorable } from '../database/storable.ts';

/** Finds out who asks; throws `auth.required`, `auth.expired`, or `rate.limited`. */
export type Authenticate = (authorization: string | undefined) => Promise<Scope>;

type RouteCall<R extends RouteSpec> = RouteParsed<R> & {
  /** Whose eyes this request looks through. Null on public routes. */
  readonly scope: R['auth'] extends 'user' ? Scope : null;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
};
type Handler<R extends RouteSpec> = (
  call: RouteCall<R>,
) => Promise<R['reply'] extends 'bytes' | 'empty' ? FastifyReply : RouteReply<R>>;

/** The largest JSON body: 100 calls with peaks and notes. Of somebody we do not know: an account and a password. */
const jsonLimit = 16 * 1024 * 1024;
const strangersLimit = 16 * 1024;

interface Handling {
  /** Who refuses text that no row can keep: the route as a whole, or the handler item by item. Default: the route. */
  readonly storable?: 'by-handler';
}

/** Puts routes of the contract onto the server: validation, sign-in check and document come from the spec alone. */
export class Registrar {
  private readonly app: FastifyInstance;
  private readonly authenticate: Authenticate;

  constructor(app: FastifyInstance, authenticate: Authenticate) {
    this.app = app;
    this.authenticate = authenticate;
  }

  add<R extends RouteSpec>(spec: R, handler: Handler<R>, { storable }: Handling = {}): void {
    const scopes = new WeakMap<FastifyRequest, Scope>();
    this.app.route({
      method: spec.method,
      url: spec.path,
      schema: schemaOf(spec),
      bodyLimit: spec.auth === 'user' ? jsonLimit : strangersLimit,
      // Before the body is read: strangers cannot make us parse anything.
      onRequest: async (request) => {
        // Else a stream would be looked at as if it were the JSON that it stands in for.
        if (spec.body !== 'bytes' && /octet-stream/i.test(request.headers['content-type'] ?? ''))
          throw new AppError('input.invalid', { reason: 'content-type' });
        if (spec.auth === 'user') scopes.set(request, await this.authenticate(request.headers.authorization));
      },
      preValidation: async ({ params, query, body }) => {
        const asked = spec.body === 'bytes' || storable === 'by-handler' ? [params, query] : [params, query, body];
        if (!isStorable(asked)) throw new AppError('input.invalid', { reason: 'text' });
      },
      handler: async (request, reply) => {
        const scope = scopes.get(request) ?? null;
        if (spec.auth === 'user' && !scope) throw new AppError('auth.required');
        const { params, query, body } = request;
        return handler({ params, query, body, scope, request, reply } as unknown as RouteCall<R>);
      },
    });
  }
}

function schemaOf(spec: RouteSpec): FastifySchema {
  const byStatus: Record<number, string[]> = {};
  for (const code of [...spec.errors, ...commonErrors]) (byStatus[statusOf(code)] ??= []).push(code);
  const errors = Object.fromEntries(
    Object.entries(byStatus).map(([status, codes]) => [status, errorBody.describe([...new Set(codes)].join(', '))]),
  );
  return {
    summary: spec.summary,
    tags: [spec.path.split('/')[2] ?? ''],
    ...(spec.auth === 'user' ? { security: [{ bearer: [] }] } : {}),
    ...(spec.params ? { params: spec.params } : {}),
    ...(spec.query ? { querystring: spec.query } : {}),
    ...(spec.body && spec.body !== 'bytes' ? { body: spec.body } : {}),
    response: { ...(typeof spec.reply === 'string' ? {} : { 200: spec.reply }), ...errors },
  } as FastifySchema;
}
