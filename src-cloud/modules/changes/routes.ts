import type { FastifyInstance } from 'fastify';
import { changes, changeStream } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import { eventStream, type Registrar } from '../../app/register.ts';
import type { ChangeNotices } from '../../database/change-notices.ts';
import { Nudges, type Sessions } from './nudges.ts';
import { ChangesService, type ChangeReaders } from './service.ts';

interface ChangesOptions {
  readonly readers: ChangeReaders;
  readonly sessions: Sessions;
  readonly notices: ChangeNotices;
}

export function registerChanges(
  app: FastifyInstance,
  registrar: Registrar,
  deps: CloudDeps,
  { readers, sessions, notices }: ChangesOptions,
): void {
  const service = new ChangesService(deps, readers);
  registrar.add(changes, ({ scope, query }) => service.pull(scope, query.after, query.limit));
  const nudges = new Nudges(deps, notices, sessions);
  // Before the server waits for what is under way: these would not end by themselves.
  app.addHook('preClose', async () => nudges.close());
  registrar.add(changeStream, async ({ scope, request, reply }) => {
    const stream = await nudges.open(scope, request.headers.authorization);
    // For nginx, which would gather small pieces.
    return reply.header('content-type', eventStream).header('x-accel-buffering', 'no').send(stream);
  });
}
