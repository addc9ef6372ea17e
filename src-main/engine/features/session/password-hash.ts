import type { Options } from '@node-rs/argon2';
import { normalizePassword } from '#shared/domain/password.ts';

/**
 * argon2id as RFC 9106 §4 advises where memory is short: 64 MiB, three passes, four lanes (2 = argon2id; the package's enum is
 * const). More than the cloud takes, because a file can be guessed at without anybody slowing it down.
 */
const options: Options = { algorithm: 2, memoryCost: 65_536, timeCost: 3, parallelism: 4 };

/** Loaded when somebody signs in: no desk should wait for it before it can dial. */
const argon2 = (): Promise<typeof import('@node-rs/argon2')> => import('@node-rs/argon2');

/** With its parameters and a salt of its own, as text. */
export const hashPassword = async (password: string): Promise<string> =>
  (await argon2()).hash(normalizePassword(password), options);

export const passwordFits = async (stored: string, password: string): Promise<boolean> =>
  (await argon2()).verify(stored, normalizePassword(password));
