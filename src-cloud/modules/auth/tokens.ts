import { createHash, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { AppError } from '#shared/base/errors.ts';

export const accessLifeMs = 15 * 60_000;
export const refreshLifeMs = 60 * 24 * 60 * 60_000;
const issuer = 'jinhu-cloud';

/** jose keeps what it makes of a key object; of bytes it makes it anew for every token. */
const keys = new WeakMap<Uint8Array, KeyObject>();
function keyOf(bytes: Uint8Array): KeyObject {
  const key = keys.get(bytes) ?? createSecretKey(bytes);
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
    .sign(keyOf(key));
}

/**
 * Whose it is, and until when it is good. Throws `auth.expired` for a token of ours that is too old, `auth.required` for
 * anything else that does not fit.
 */
export async function readAccess(
  key: Uint8Array,
  token: string,
  now: number,
): Promise<AccessClaims & { readonly expiresAt: number }> {
  try {
    const { payload } = await jwtVerify(token, keyOf(key), {
      algorithms: ['HS256'],
      issuer,
      requiredClaims: ['exp'],
      currentDate: new Date(now),
    });
    const { sub, cid, fid, exp } = payload;
    if (typeof sub === 'string' && typeof cid === 'string' && typeof fid === 'string' && exp !== undefined)
      return { employeeId: sub, companyId: cid, familyId: fid, expiresAt: exp * 1000 };
  } catch (error) {
    throw new AppError(error instanceof errors.JWTExpired ? 'auth.expired' : 'auth.required', {}, error);
  }
  throw new AppError('auth.required');
}

export const newRefreshToken = (): string => randomBytes(32).toString('base64url');

/** As random; what it opens lies on one desk, and it lies here. */
export const newDeskKey = (): string => newRefreshToken();

/** What is stored. 256 random bits need no salt and no slow hash. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');
