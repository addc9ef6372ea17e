import { AppError } from '#shared/base/errors.ts';
import type { DeskContract } from '#shared/desk-contract/contract.ts';
import type { CommandName, Handlers } from '#shared/desk-contract/kit.ts';

type QueueHandlers = Pick<Handlers<DeskContract>, Extract<CommandName<DeskContract>, `dialQueue.${string}`>>;

/** Nobody has made a queue at the fake desk, and nobody can. */
export function queueHandlers(): QueueHandlers {
  const none = (): never => {
    throw new AppError('queue.none');
  };
  return {
    'dialQueue.create': () => {
      throw new AppError('queue.exists');
    },
    'dialQueue.start': none,
    'dialQueue.resume': none,
    'dialQueue.pause': none,
    'dialQueue.stop': none,
    'dialQueue.confirm': none,
    'dialQueue.skip': none,
    'dialQueue.continueNow': none,
    'dialQueue.keepWrapping': none,
    'dialQueue.add': none,
    'dialQueue.remove': none,
    'dialQueue.entries': () => ({ rows: [], total: 0 }),
  };
}
