import { describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { SecretSeal } from '#main/host.ts';
import { createFileStore } from '../../database/file-store.ts';

/** Keeps what lets somebody in. */
export interface SecretStore {
  /** null = nothing there, or nothing that can still be read: the person signs in again. Never rejects. */
  load(key: string): Promise<string | null>;
  /** null = forget. Rejects when it could not be kept; what was kept before is then gone as well. */
  save(key: string, value: string | null): Promise<void>;
}

/** Tells a sealed value from one that was written where there was no key store. */
const mark = 'sealed:';

/**
 * A file that only its owner can read: as safe as the account on this computer. With a seal its values are encrypted
 * too, those included that were written before there was one.
 */
export function createFileSecrets(path: string, logger: Logger, seal?: SecretSeal): SecretStore {
  const file = createFileStore(path, logger);

  async function save(key: string, value: string | null): Promise<void> {
    if (value === null) return file.remove(key);
    if (!seal) return file.set(key, value);
    try {
      file.set(key, mark + (await seal.seal(value)));
    } catch (error) {
      // Never in clear where a key store was promised; and an old token would only end the session when it is shown.
      file.remove(key);
      throw error;
    }
  }

  /** Best effort: what could be read today can be sealed again another day. */
  async function sealAgain(key: string, text: string): Promise<void> {
    try {
      if (seal) file.set(key, mark + (await seal.seal(text)));
    } catch (error) {
      logger.log('warn', 'secrets.not-sealed', { problem: describeError(error) });
    }
  }

  async function load(key: string): Promise<string | null> {
    const kept = file.get(key);
    if (kept === undefined) return null;
    if (!kept.startsWith(mark)) {
      await sealAgain(key, kept);
      return kept;
    }
    try {
      if (!seal) throw new Error('no key store here');
      const { text, stale } = await seal.open(kept.slice(mark.length));
      if (stale) await sealAgain(key, text);
      return text;
    } catch (error) {
      // The value stays: a key store that is only locked today opens it tomorrow.
      logger.log('warn', 'secrets.unreadable', { problem: describeError(error) });
      return null;
    }
  }

  return { load, save };
}
