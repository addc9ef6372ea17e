import type { Logger } from '#shared/base/logger.ts';
import { createFileStore } from '../../database/file-store.ts';

/** Keeps what lets somebody in. Electron's shell brings one that encrypts with the system's key store. */
export interface SecretStore {
  load(key: string): Promise<string | null>;
  /** null = forget. */
  save(key: string, value: string | null): Promise<void>;
}

/** A file that only its owner can read: as safe as the account on this computer. */
export function createFileSecrets(path: string, logger: Logger): SecretStore {
  const file = createFileStore(path, logger);
  return {
    load: (key) => Promise.resolve(file.get(key) ?? null),
    // async, so that a full disk rejects instead of throwing
    save: async (key, value) => {
      if (value === null) file.remove(key);
      else file.set(key, value);
    },
  };
}
