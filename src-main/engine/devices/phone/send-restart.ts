import { toAppError } from '#shared/base/errors.ts';
import type { AtCommand } from '../at/at-command.ts';
import type { AtSession } from '../at/at-session.ts';

/**
 * Sends a command that may restart the modem. One that restarts at once takes its OK with it: that is no failure, what
 * follows shows whether it did. Rejects with the modem's refusal.
 */
export async function sendRestart(session: AtSession, command: AtCommand): Promise<void> {
  try {
    await session.send(command);
  } catch (error) {
    if (toAppError(error).code !== 'phone.lost') throw error;
  }
}
