import type * as Argon2 from '@node-rs/argon2';
import { normalizePassword } from '#shared/domain/password.ts';

/** Loaded when somebody signs in: no desk should wait for it before it can dial. */
const argon2 = (): Promise<typeof Argon2> => import('@node-rs/argon2');

/** argon2id over the normal form of a password. */
export interface PasswordHash {
  /** With its parameters and a salt of its own, as text. */
  hash(password: string): Promise<string>;
  fits(stored: string, password: string): Promise<boolean>;
  /** 32 bytes of key material for this password and salt. */
  key(password: string, salt: Uint8Array): Promise<Buffer>;
}

/** @param memoryKiB one lane, two passes over so much */
export function createPasswordHash(memoryKiB: number): PasswordHash {
  // 2 = argon2id; the package's enum is const.
  const options: Argon2.Options = { algorithm: 2, memoryCost: memoryKiB, timeCost: 2, parallelism: 1 };
  return {
    hash: async (password) => (await argon2()).hash(normalizePassword(password), options),
    fits: async (stored, password) => (await argon2()).verify(stored, normalizePassword(password)),
    key: async (password, salt) => (await argon2()).hashRaw(normalizePassword(password), { ...options, salt }),
  };
}

/**
 * Twice what OWASP's Password Storage Cheat Sheet asks for with so much memory: a file can be guessed at without anybody
 * slowing it down. About 0.1 s of one core, on a thread of its own.
 */
export const deskPasswordHash = createPasswordHash(47_104);
