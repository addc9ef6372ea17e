import type { FastifyInstance } from 'fastify';
import { every, type Clock } from '#shared/base/clock.ts';

/** Together with the stop of the database this stays below five seconds, half of what containers give before a SIGKILL. */
const finishMs = 2500;

/** Stops listening, gives running requests time to finish, then cuts what is left: desks resume uploads and push again. */
export async function drain(app: FastifyInstance, clock: Clock): Promise<void> {
  const limit = clock.mono() + finishMs;
  // A connection counts as idle only when its request is done, and keep-alive would then hold it for a minute.
  const watch = every(clock, 50, () => {
    if (clock.mono() < limit) app.server.closeIdleConnections();
    else app.server.closeAllConnections();
  });
  try {
    await app.close();
  } finally {
    watch.dispose();
  }
}
