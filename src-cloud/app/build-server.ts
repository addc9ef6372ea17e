import swagger from '@fastify/swagger';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AppError } from '#shared/base/errors.ts';
import {
  commonOpErrors,
  contractHeader,
  contractVersion,
  health,
  pushOps,
  statusOf,
} from '#shared/cloud-contract/contract.ts';
import { ChangeNotices } from '../database/change-notices.ts';
import { databaseIsAway, poolSize } from '../database/database.ts';
import { describeFailure } from '../database/describe-failure.ts';
import { registerAccounts } from '../modules/accounts/index.ts';
import { registerAudit } from '../modules/audit/index.ts';
import { AuthService, DeviceService, registerAuth } from '../modules/auth/index.ts';
import { callRulesById, registerCallRules } from '../modules/call-rules/index.ts';
import { calleesById, callPut, callsById } from '../modules/calls/index.ts';
import { capabilityNumbersById, registerChannels, sipAccountsById } from '../modules/channels/index.ts';
import { registerChanges, type ChangeReaders } from '../modules/changes/index.ts';
import { companiesById, registerExportRules, registerOfflineRule } from '../modules/companies/index.ts';
import { registerDepartments } from '../modules/departments/index.ts';
import { employeesById, registerEmployees } from '../modules/employees/index.ts';
import { exportAdd } from '../modules/exports/index.ts';
import {
  leadAssign,
  leadClaim,
  leadDelete,
  leadImport,
  leadPatch,
  leadRelease,
  leadsById,
  noteAdd,
  notesById,
} from '../modules/leads/index.ts';
import { registerNumberHeads } from '../modules/number-heads/index.ts';
import { listingRequest, listingWithdraw, listingsById, registerNumberLists } from '../modules/number-lists/index.ts';
import { registerNumberChecks } from '../modules/number-checks/index.ts';
import { openersById, registerOpeners } from '../modules/openers/index.ts';
import { poolRulesById, registerPoolRules } from '../modules/pool-rules/index.ts';
import { registerQuotas } from '../modules/quotas/index.ts';
import { recordingsById, registerRecordings } from '../modules/recordings/index.ts';
import { outcomeSetById, registerOutcomes } from '../modules/outcomes/index.ts';
import { registerScripts, scriptsById } from '../modules/scripts/index.ts';
import { registerSnippets, snippetPut, snippetRemove, snippetsById } from '../modules/snippets/index.ts';
import { registerSync, type OpHandlers } from '../modules/sync/index.ts';
import { addressBlock } from './address-block.ts';
import type { CloudDeps } from './deps.ts';
import { FairGate, type FairGateLimits } from './fair-gate.ts';
import { defaultLimits, RateLimiter, retryAfter, type RateLimits } from './rate-limit.ts';
import { askerOf, eventStream, Registrar, type Authenticate } from './register.ts';
import { connectionOptions, defaultTimeLimits, limitBodies, type TimeLimits } from './time-limits.ts';

export interface ServerOptions {
  readonly limits?: RateLimits;
  readonly fairness?: FairGateLimits;
  readonly times?: TimeLimits;
  /** Whose X-Forwarded-For is believed: addresses or networks, comma-separated, e.g. `127.0.0.1,10.0.0.0/8`. */
  readonly trustedProxies?: string;
  /** How long answers to operations are kept at least, ms (modules/sync/answers.ts). */
  readonly answersKeptMs?: number;
}

/** Three sessions of ten stay for the others, whatever one company asks for. */
const defaultFairness: FairGateLimits = {
  running: poolSize,
  runningPerCompany: Math.ceil(poolSize * 0.7),
  waitingPerCompany: 2000,
  uploadsPerCompany: 64,
};

/** The cloud as a server that does not listen yet. Its routes are those of the contract and GET /openapi.json. */
export async function buildServer(deps: CloudDeps, options: ServerOptions = {}): Promise<FastifyInstance> {
  const times = options.times ?? defaultTimeLimits;
  const app = Fastify({
    ...connectionOptions(times, deps.metrics),
    // Fastify's own log would write URLs; ours masks and names events.
    logger: false,
    genReqId: () => deps.newId(),
    // Running requests are drain's to end.
    forceCloseConnections: 'idle',
    // Only the routes of the contract, which has a HEAD of its own.
    exposeHeadRoutes: false,
    trustProxy: options.trustedProxies ?? false,
    routerOptions: { maxParamLength: 100 },
  });
  app.setValidatorCompiler(boundedValidator);
  app.setSerializerCompiler(serializerCompiler);
  const limits = options.limits ?? defaultLimits;
  followRequests(app, deps);
  addContractHeader(app);
  limitBodies(app, deps.clock, deps.metrics, times);
  addAddressLimit(app, new RateLimiter(deps.clock, limits.address));
  addErrorHandler(app, deps);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Jinhu cloud', version: String(contractVersion), description },
      components: {
        schemas: pushSchemas(),
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
    },
    transform: jsonSchemaTransform,
    exposeHeadRoutes: true,
  });
  await app.register(async (routes) => registerModules(routes, deps, limits, options));
  app.get('/openapi.json', { schema: { hide: true } as never }, async () => app.swagger());
  return app;
}

/** A body that is nested deeper than the check of it can follow is the sender's mistake, and no crash of ours. */
const boundedValidator = (route: Parameters<typeof validatorCompiler>[0]) => {
  const validate = validatorCompiler(route);
  return (value: unknown): { error?: Error; value?: unknown } => {
    try {
      return validate(value) as { error?: Error; value?: unknown };
    } catch (thrown) {
      if (thrown instanceof RangeError) return { error: new AppError('input.invalid', { reason: 'too-deep' }, thrown) };
      throw thrown;
    }
  };
};

/** What the items of a push carry, by their type: the push route itself takes any, so that one bad item harms no other. */
const pushSchemas = (): Record<string, object> =>
  Object.fromEntries(
    Object.entries(pushOps).map(([type, { summary, row, errors }]) => {
      const schema = { ...z.toJSONSchema(row, { io: 'input' }), $schema: undefined };
      const rejections = [...errors, ...commonOpErrors].join(', ');
      return [`push.${type}`, { ...schema, description: `${summary}. Rejected with: ${rejections}` }];
    }),
  );

const description =
  'What a Jinhu desk may ask of a cloud. A company that implements this document can run its own cloud. ' +
  'Errors: `{ error: { code, details } }`; clients decide by the code.';

/** What travels in the change stream, and whose rows it is. */
const changeReaders: ChangeReaders = {
  lead: leadsById,
  note: notesById,
  call: callsById,
  recording: recordingsById,
  employee: employeesById,
  company: companiesById,
  listing: listingsById,
  'call-rules': callRulesById,
  'sip-account': sipAccountsById,
  'capability-number': capabilityNumbersById,
  opener: openersById,
  snippet: snippetsById,
  'pool-rules': poolRulesById,
  'outcome-set': outcomeSetById,
  script: scriptsById,
  callee: calleesById,
};

/** What desks may do. */
const opHandlers: OpHandlers = {
  'call.put': callPut,
  'lead.patch': leadPatch,
  'lead.claim': leadClaim,
  'lead.release': leadRelease,
  'lead.assign': leadAssign,
  'lead.delete': leadDelete,
  'lead.import': leadImport,
  'note.add': noteAdd,
  'export.add': exportAdd,
  'listing.request': listingRequest,
  'listing.withdraw': listingWithdraw,
  'snippet.put': snippetPut,
  'snippet.remove': snippetRemove,
};

function registerModules(
  app: FastifyInstance,
  deps: CloudDeps,
  limits: RateLimits,
  { fairness = defaultFairness, answersKeptMs }: ServerOptions,
): void {
  const notices = new ChangeNotices(deps);
  app.addHook('onClose', () => notices.close());
  const auth = new AuthService(deps, notices);
  const perEmployee = new RateLimiter(deps.clock, limits.employee);
  const perCompany = new RateLimiter(deps.clock, limits.company);
  const authenticate: Authenticate = async (authorization) => {
    const session = await auth.authenticate(authorization);
    perEmployee.take(session.scope.employeeId);
    perCompany.take(session.scope.companyId);
    return session;
  };
  const registrar = new Registrar(app, authenticate, new FairGate(fairness));
  registrar.add(health, async () => ({
    ok: true as const,
    name: 'jinhu-cloud' as const,
    contractVersion,
    time: deps.clock.now(),
  }));
  registerAuth(registrar, auth, new DeviceService(deps));
  registerEmployees(registrar, deps);
  registerDepartments(registrar, deps);
  registerAccounts(registrar, deps);
  registerOfflineRule(registrar, deps);
  registerExportRules(registrar, deps);
  registerAudit(registrar, deps);
  registerNumberLists(registrar, deps);
  registerCallRules(registrar, deps);
  registerChannels(registrar, deps);
  registerPoolRules(registrar, deps);
  registerQuotas(registrar, deps);
  registerNumberChecks(registrar, deps);
  registerChanges(app, registrar, deps, { readers: changeReaders, sessions: auth, notices });
  registerSync(registrar, deps, opHandlers, answersKeptMs);
  registerRecordings(app, registrar, deps);
  registerOpeners(app, registrar, deps);
  registerSnippets(registrar, deps);
  registerNumberHeads(registrar, deps);
  registerOutcomes(registrar, deps);
  registerScripts(registrar, deps);
}

function addContractHeader(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header(contractHeader, contractVersion);
    reply.header('x-request-id', request.id);
    reply.header('cache-control', 'no-store');
    reply.header('x-content-type-options', 'nosniff');
    const asked = request.headers[contractHeader];
    // A desk must be able to ask for the version, whichever it speaks itself.
    const open = request.url === health.path || request.url === '/openapi.json';
    if (!open && asked !== undefined && asked !== String(contractVersion))
      throw new AppError('cloud.version-mismatch', { ours: contractVersion });
  });
}

/** Before anything that costs: reading a body, checking a token. Unknown routes count too. */
function addAddressLimit(app: FastifyInstance, limiter: RateLimiter): void {
  app.addHook('onRequest', async (request) => limiter.take(addressBlock(request.ip)));
}

function addErrorHandler(app: FastifyInstance, { logger }: CloudDeps): void {
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const error = asAppError(thrown);
    if (error.spec.family === 'bug')
      logger.log('error', 'request.failed', {
        id: request.id,
        route: routeOf(request),
        error: describeFailure(thrown),
      });
    const seconds = retryAfter(error);
    if (seconds !== undefined) reply.header('retry-after', seconds);
    void reply.status(statusOf(error.code)).send({ error: { code: error.code, details: error.details } });
  });
  app.setNotFoundHandler((_request, reply) => {
    void reply.status(404).send({ error: { code: 'not-found', details: {} } });
  });
}

function asAppError(thrown: FastifyError): AppError {
  if (thrown instanceof AppError) return thrown;
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    // Where and which rule, never the value: it may be a customer's number.
    const issues = thrown.validation.slice(0, 10).map((issue) => `${issue.instancePath} ${issue.keyword}`);
    return new AppError('input.invalid', { issues }, thrown);
  }
  // The desk tries again later, as with a cloud that is not there at all.
  if (databaseIsAway(thrown)) return new AppError('cloud.unreachable', { reason: 'database' }, thrown);
  const status = thrown.statusCode ?? 500;
  return status < 500
    ? new AppError('input.invalid', { reason: thrown.code }, thrown)
    : new AppError('internal', {}, thrown);
}

/** The route's pattern, never the URL: ids and searches stay out of the log. */
const routeOf = (request: { method: string; routeOptions: { url?: string | undefined } }): string =>
  `${request.method} ${request.routeOptions.url ?? '?'}`;

/** As nginx calls a client that went before it was answered. */
const clientWent = 499;

/** Each request is counted and has one line in the log, however it ends; a stream, whose end says nothing, when it begins. */
function followRequests(app: FastifyInstance, { logger, metrics, clock }: CloudDeps): void {
  const running = new WeakMap<FastifyRequest, (status: number) => void>();
  app.addHook('onRequest', async (request, reply) => {
    const began = clock.mono();
    const done = metrics.requestBegins();
    running.set(request, (status) => {
      running.delete(request);
      const ms = clock.mono() - began;
      done({ method: request.method, pattern: request.routeOptions.url, status, seconds: ms / 1000 });
      const company = askerOf(request)?.companyId;
      logger.log('info', 'request', { id: request.id, route: routeOf(request), status, ms: Math.round(ms), company });
    });
    let sent = false;
    reply.raw.once('finish', () => (sent = true));
    reply.raw.once('close', () => running.get(request)?.(sent ? reply.statusCode : clientWent));
  });
  app.addHook('onSend', async (request, reply) => {
    if (reply.getHeader('content-type') !== eventStream) return;
    running.get(request)?.(reply.statusCode);
    reply.raw.once('close', metrics.streamBegins());
  });
}
