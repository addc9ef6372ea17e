import { describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { SecretSeal } from '../host.ts';

/** The part of Electron's safeStorage that is needed: the asynchronous one, its synchronous twin is deprecated. */
export interface SafeStorage {
  isAsyncEncryptionAvailable(): Promise<boolean>;
  /** Linux only. */
  getSelectedStorageBackend(): string;
  encryptStringAsync(text: string): Promise<Buffer>;
  decryptStringAsync(sealed: Buffer): Promise<{ shouldReEncrypt: boolean; result: string }>;
}

/**
 * The key store of the system: Keychain, DPAPI, libsecret or KWallet. null, with a warning in the log, where there is
 * none. `basic_text` counts as none: its password is the same in every Chromium, so that it only looks like encryption.
 * To be called once Electron is ready. Never rejects.
 */
export async function createSecretSeal(
  storage: SafeStorage,
  platform: NodeJS.Platform,
  logger: Logger,
): Promise<SecretSeal | null> {
  const missing = await whyNot(storage, platform);
  if (missing !== null) {
    logger.log('warn', 'secrets.no-key-store', { reason: missing });
    return null;
  }
  return {
    seal: async (text) => (await storage.encryptStringAsync(text)).toString('base64'),
    open: async (sealed) => {
      const { result, shouldReEncrypt } = await storage.decryptStringAsync(Buffer.from(sealed, 'base64'));
      return { text: result, stale: shouldReEncrypt };
    },
  };
}

async function whyNot(storage: SafeStorage, platform: NodeJS.Platform): Promise<string | null> {
  try {
    if (!(await storage.isAsyncEncryptionAvailable())) return 'not available';
    const backend = platform === 'linux' ? storage.getSelectedStorageBackend() : '';
    return backend === 'basic_text' || backend === 'unknown' ? backend : null;
  } catch (thrown) {
    return describeError(thrown);
  }
}
