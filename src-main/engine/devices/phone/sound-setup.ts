import { toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { AtSession } from '../at/at-session.ts';
import type { SoundProfile } from './call-sound.ts';

/**
 * Makes a modem's sound ready for the next call: off and on again (some makes are dumb on the second call otherwise,
 * research/hardware 1.9), and the handset speaks. Done after start and after each call, so that dialing need not wait.
 * Where our port is not there the handset alone is set: an engine that died in an opener has left it shut.
 */
export async function prepareSound(
  session: AtSession,
  profile: SoundProfile,
  logger: Logger,
  hasPort = true,
): Promise<void> {
  const port = hasPort ? [...profile.disable, ...profile.enable] : [];
  const commands = [...port, ...(profile.uplinkHandset ? [profile.uplinkHandset] : [])];
  for (const text of commands) {
    try {
      await session.send({ text, priority: 'call' });
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== 'phone.refused') throw error;
      logger.log('debug', 'sound-command-refused', error.details);
    }
  }
}
