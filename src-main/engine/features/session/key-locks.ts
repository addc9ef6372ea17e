import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { PasswordHash } from './password-hash.ts';

/** The person's key, encrypted under another one. Base64. */
const box = z.object({ nonce: z.string(), sealed: z.string(), tag: z.string() });
type Box = z.output<typeof box>;

/** Two ways to one key; each opens by itself. */
export const keyLocks = z.object({
  /** By what the cloud hands out at this person's sign-in on this desk: holds through every change of password. */
  byCloud: box.nullable(),
  /** By the password: holds where the cloud has lost its part (a restored backup). */
  byPassword: box.extend({ salt: z.string() }).nullable(),
});
export type KeyLocks = z.output<typeof keyLocks>;

/** What somebody who signs in brings along. */
export interface KeyProof {
  readonly password: string;
  /** From the cloud; null where it has none. */
  readonly deskKey: string | null;
}

export const newPersonKey = (): Buffer => randomBytes(32);

export async function lockKey(
  passwords: PasswordHash,
  key: Uint8Array,
  { password, deskKey }: KeyProof,
): Promise<KeyLocks> {
  const salt = randomBytes(16);
  return {
    byCloud: deskKey === null ? null : close(key, cloudLock(deskKey)),
    byPassword: { ...close(key, await passwords.key(password, salt)), salt: salt.toString('base64') },
  };
}

/** null = neither opens: it is not this person, or their password is new and the cloud has lost its part. */
export async function unlockKey(
  passwords: PasswordHash,
  locks: KeyLocks,
  { password, deskKey }: KeyProof,
): Promise<Buffer | null> {
  if (locks.byCloud && deskKey !== null) {
    const key = tryOpen(locks.byCloud, cloudLock(deskKey));
    if (key) return key;
  }
  if (!locks.byPassword) return null;
  return tryOpen(locks.byPassword, await passwords.key(password, Buffer.from(locks.byPassword.salt, 'base64')));
}

const cloudLock = (deskKey: string): Buffer =>
  Buffer.from(hkdfSync('sha256', deskKey, '', 'jinhu person key by cloud', 32));

function close(key: Uint8Array, lock: Uint8Array): Box {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', lock, nonce);
  const sealed = Buffer.concat([cipher.update(key), cipher.final()]);
  return {
    nonce: nonce.toString('base64'),
    sealed: sealed.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  };
}

function tryOpen({ nonce, sealed, tag }: Box, lock: Uint8Array): Buffer | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', lock, Buffer.from(nonce, 'base64'), { authTagLength: 16 });
    decipher.setAuthTag(Buffer.from(tag, 'base64'));
    return Buffer.concat([decipher.update(Buffer.from(sealed, 'base64')), decipher.final()]);
  } catch {
    return null; // another key
  }
}
