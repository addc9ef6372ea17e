import Fastify, { type FastifyInstance } from 'fastify';
import type { CloudMetrics } from './metrics.ts';
import { readinessOf, type ReadinessDeps } from './readiness.ts';

export interface OperationsDeps extends ReadinessDeps {
  readonly metrics: CloudMetrics;
}

/**
 * For those who run the cloud, on a port of its own: what it says (load, errors, free disk) is nobody else's business, and
 * a health check must come through when the public port is busy. Asks for no password, hence loopback unless told.
 *
 * GET /livez   200 while the process answers at all; anything else: restart it
 * GET /readyz  200, or 503 with the part that is not: send it no requests
 * GET /metrics Prometheus text format
 */
export function buildOperationsServer(deps: OperationsDeps): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: true, requestTimeout: 10_000 });
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    reply.header('x-content-type-options', 'nosniff');
  });
  app.get('/livez', async () => ({ alive: true }));
  app.get('/readyz', async (_request, reply) => {
    const readiness = await readinessOf(deps);
    return reply.status(readiness.ready ? 200 : 503).send(readiness);
  });
  app.get('/metrics', async (_request, reply) => {
    const { registry } = deps.metrics;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  return app;
}
