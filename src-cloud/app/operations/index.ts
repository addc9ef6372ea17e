/** What those who run a cloud look at: metrics, liveness, readiness. */
export { CloudMetrics } from './metrics.ts';
export { buildOperationsServer } from './operations-server.ts';
