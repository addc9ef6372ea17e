import { createHash, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { AppError } from '#shared/base/errors.ts';

export const accessLifeMs = 15 * 60_000;
export const refreshLifeMs = 60 * 24 * 60 * 60_000;
const issuer = 'jinhu-cloud';

type Read = AccessClaims & { readonly expiresAt: number };

/** A signing key, and the tokens that were found to be of it: a desk brings the same one for a quarter of an hour. */
interface Key {
  readonly object: KeyObject;
  readonly read: Map<string, Read>;
}
const mostRead = 10_000;
const keys = new WeakMap<Uint8Array, Key>();
function keyOf(bytes: Uint8Array): Key {
  const key = keys.get(bytes) ?? { object: createSecretKey(bytes), read: new Map<string, Read>() };
  keys.set(bytes, key);
  return key;
}

export interface AccessClaims {
  readonly companyId: string;
  readonly employeeId: string;
  readonly familyId: string;
}

export async function signAccess(key: Uint8Array, claims: AccessClaims, now: number): Promise<string> {
  return new SignJWT({ cid: claims.companyId, fid: claims.familyId })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer)
    .setSubject(claims.employeeId)
    .setIssuedAt(Math.floor(now / 1000))
    .setExpirationTime(Math.floor((now + accessLifeMs) / 1000))
    .sign(keyOf(key).object);
}

/**
 * Whose it is, and until when it is good. Throws `auth.expired` for a token of ours that is too old, `auth.required` for
 * anything else that does not fit.
 */
export async function readAccess(key: Uint8Array, token: string, now: number): Promise<Read> {
  const { object, read } = keyOf(key);
  const known = read.get(token);
  if (known && now < known.expiresAt) return known;
  try {
    const claims = await verify(object, token, now);
    // The oldest goes: it is the first to be too old anyway.
    if (read.size >= mostRead) read.delete(read.keys().next().value ?? '');
    read.set(token, claims);
    return claims;
  } catch (error) {
    read.delete(token);
    if (error instanceof AppError) throw error;
    throw new AppError(error instanceof errors.JWTExpired ? 'auth.expired' : 'auth.required', {}, error);
  }
}

async function verify(key: KeyObject, token: string, now: number): Promise<Read> {
  const { payload } = await jwtVerify(token, key, {
    algorithms: ['HS256'],
    issuer,
    requiredClaims: ['exp'],
    currentDate: new Date(now),
  });
  const { sub, cid, fid, exp } = payload;
  if (typeof sub !== 'string' || typeof cid !== 'string' || typeof fid !== 'string' || exp === undefined)
    throw new AppError('auth.required');
  return { employeeId: sub, companyId: cid, familyId: fid, expiresAt: exp * 1000 };
}

export const newRefreshToken = (): string => randomBytes(32).toString('base64url');

/** As random; what it opens lies on one desk, and it lies here. */
export const newDeskKey = (): string => newRefreshToken();

/** What is stored. 256 random bits need no salt and no slow hash. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');
