import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { accessLifeMs, readAccess, signAccess } from './tokens.ts';

const key = new Uint8Array(32).fill(1);
const now = Date.UTC(2026, 0, 5);
const claims = { companyId: 'c', employeeId: 'e', familyId: 'f' };
const seconds = Math.floor(now / 1000);
const codeOf = (token: string, at = now): Promise<unknown> =>
  readAccess(key, token, at).then(
    () => 'let in',
    (error: { code: string }) => error.code,
  );
/** Ours but for what a test changes. */
const forged = (payload: object, { alg = 'HS256', signedWith = key } = {}): Promise<string> =>
  new SignJWT({ cid: 'c', fid: 'f', sub: 'e', iss: 'jinhu-cloud', exp: seconds + 60, ...payload })
    .setProtectedHeader({ alg })
    .sign(signedWith);

describe('access tokens', () => {
  it('say who asks until they are too old', async () => {
    const token = await signAccess(key, claims, now);
    expect(await readAccess(key, token, now)).toEqual({ ...claims, expiresAt: now + accessLifeMs });
    expect(await codeOf(token, now + accessLifeMs)).toBe('auth.expired');
  });

  it('of anybody else, or bent in any part, let nobody in', async () => {
    expect(await codeOf(await forged({}))).toBe('let in');
    const [head = '', , signature = ''] = (await forged({})).split('.');
    const other = Buffer.from(JSON.stringify({ cid: 'x', fid: 'f', sub: 'e', iss: 'jinhu-cloud', exp: seconds + 60 }));
    const refused = [
      new UnsecuredJWT({ cid: 'c', fid: 'f', sub: 'e', iss: 'jinhu-cloud', exp: seconds + 60 }).encode(),
      `${head}.${other.toString('base64url')}.${signature}`,
      await forged({}, { alg: 'HS512', signedWith: new Uint8Array(64).fill(1) }),
      await forged({}, { signedWith: new Uint8Array(32).fill(2) }),
      await forged({ iss: 'another-cloud' }),
      await forged({ exp: undefined }),
      await forged({ cid: 5 }),
      await forged({ sub: undefined }),
      'x.y.z',
      '',
    ];
    for (const token of refused) expect([token, await codeOf(token)]).toEqual([token, 'auth.required']);
  });
});
