import { toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { AtSession } from '../at/at-session.ts';
import { pcmOf, type PhoneProfile } from '../profiles/profile.ts';

/**
 * Makes a modem's sound ready for the next call: off and on again (some makes are dumb on the second call otherwise,
 * research/hardware 1.9), and the handset speaks. Done after start and after each call, so that dialing need not wait.
 * Where our port is not there the handset alone is set: an engine that died in an opener has left it shut.
 *
 * @param port the sound of the next call comes by our port
 */
export async function prepareSound(
  session: AtSession,
  profile: PhoneProfile,
  logger: Logger,
  port: boolean,
): Promise<void> {
  if (!profile.sound) return;
  const sound = pcmOf(profile.sound);
  const early = sound.kind === 'pcm-switch' || sound.enableAt === 'before-dial';
  const off = port || sound.kind === 'pcm-plain' ? sound.disable : [];
  const on = port && early ? sound.enable : [];
  const handset = sound.kind === 'pcm-switch' ? [sound.uplinkHandset] : [];
  for (const text of [...off, ...on, ...handset]) {
    try {
      await session.send({ text, priority: 'call' });
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== 'phone.refused') throw error;
      logger.log('debug', 'sound-command-refused', error.details);
    }
  }
}
