import { randomInt } from 'node:crypto';
import { hash, verify, type Options } from '@node-rs/argon2';
import { normalizePassword } from '#shared/domain/password.ts';

/** OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, two passes, one lane. (2 = argon2id; the package's enum is const.) */
const options: Options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Of the password in its normal form: the hashes from before there was one are all of ASCII, which it leaves alone. */
export const hashPassword = (password: string): Promise<string> => hash(normalizePassword(password), options);

let decoy: Promise<string> | undefined;

/** Takes as long for an account that does not exist (`stored` null), so that the time tells nothing. */
export async function passwordFits(stored: string | null, password: string): Promise<boolean> {
  const fits = await verify(stored ?? (await (decoy ??= hashPassword('nobody'))), normalizePassword(password));
  return stored !== null && fits;
}

/** 12 characters without those that look alike: about 59 bits. */
export function randomPassword(): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
  return Array.from({ length: 12 }, () => alphabet[randomInt(alphabet.length)]).join('');
}
