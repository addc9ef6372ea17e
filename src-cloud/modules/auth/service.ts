import { AppError } from '#shared/base/errors.ts';
import type { CloudCompany, CloudEmployee, CloudSession, CloudTokens } from '#shared/cloud-contract/contract.ts';
import type { CloudDeps } from '../../app/deps.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import type { Reader } from '../../database/database.ts';
import type { Tables } from '../../database/schema.ts';
import type { Scope } from '../../database/scope.ts';
import { findCompany } from '../companies/index.ts';
import { findEmployee } from '../employees/index.ts';
import { passwordFits } from './passwords.ts';
import * as repository from './repository.ts';
import { SignInGuard } from './sign-in-guard.ts';
import { accessLifeMs, hashToken, newRefreshToken, readAccess, refreshLifeMs, signAccess } from './tokens.ts';

/** A reply may be lost on its way: for so long its spent token may be shown again, by the same device only. */
const graceMs = 30_000;

interface Device {
  readonly deviceId: string;
  readonly deviceName: string;
}
type TokenRow = Tables['refreshToken'];
// A type, not an interface: the contract's replies are open to more fields.
type Who = { readonly employee: CloudEmployee; readonly company: CloudCompany };

/** Sign-in, sessions and who is asking. */
export class AuthService {
  private readonly deps: CloudDeps;
  private readonly guard: SignInGuard;

  constructor(deps: CloudDeps) {
    this.deps = deps;
    this.guard = new SignInGuard(deps.clock);
  }

  /** Throws `auth.bad-credentials`, `auth.locked { waitMs }`, `auth.disabled`. */
  async signIn(account: string, password: string, device: Device, address: string): Promise<CloudSession> {
    const { db, newId, clock } = this.deps;
    this.guard.attempt(account, address);
    // A database that is away is no wrong password.
    const found = await repository.findAccount(db, account).catch((error: unknown) => {
      this.guard.succeeded(account, address);
      throw error;
    });
    if (!(await passwordFits(found?.passwordHash ?? null, password)) || !found)
      throw new AppError('auth.bad-credentials');
    if (found.disabled) throw new AppError('auth.disabled');
    this.guard.succeeded(account, address);
    const claims = { companyId: found.companyId, employeeId: found.id, familyId: newId() };
    const at = clock.now();
    return writeCompany(db, claims.companyId, at, async (tx) => {
      const tokens = await this.issue(claims, device, (row) => repository.insertToken(tx, row));
      await repository.insertAudit(tx, { ...claimsToAudit(claims, at), id: newId(), action: 'sign-in' });
      const scope = await repository.findScope(tx, claims);
      if (!scope) throw new AppError('auth.disabled');
      return { ...tokens, ...(await whoIs(tx, scope)) };
    });
  }

  me(scope: Scope): Promise<Who> {
    return readCompany(this.deps.db, scope.companyId, (reader) => whoIs(reader, scope));
  }

  /**
   * Rotation (RFC 9700 §4.14.2): each refresh token is good for one use. A spent one that comes back means that two
   * parties hold it, so the whole session ends, except within the grace while its successor was never used.
   * Throws `auth.expired`, `auth.disabled`.
   */
  async refresh(refreshToken: string, deviceId: string): Promise<CloudTokens> {
    const { db, clock, newId } = this.deps;
    const now = clock.now();
    const tokenHash = hashToken(refreshToken);
    const companyId = await repository.companyOfToken(db, tokenHash);
    if (companyId === undefined) throw new AppError('auth.expired');
    const answer = await writeCompany(db, companyId, now, async (tx) => {
      const token = await repository.lockToken(tx, companyId, tokenHash);
      if (!token || token.revokedAt !== null || token.expiresAt <= now || token.deviceId !== deviceId) return 'expired';
      const successor =
        token.successorHash === null ? undefined : await repository.findToken(tx, token.companyId, token.successorHash);
      if (!mayRefresh(token, successor, now)) {
        await repository.revokeFamily(tx, token.companyId, token.familyId, now);
        await repository.insertAudit(tx, { ...claimsToAudit(token, now), id: newId(), action: 'token-reuse' });
        return 'reused';
      }
      const scope = await repository.findScope(tx, token);
      if (!scope || scope.disabled) return 'disabled';
      if (successor) await repository.revokeToken(tx, token.companyId, successor.tokenHash, now);
      return this.issue(token, token, async (row) => {
        await repository.insertToken(tx, row);
        await repository.spendToken(tx, token.companyId, token.tokenHash, row.tokenHash, now);
      });
    });
    if (typeof answer === 'object') return answer;
    throw new AppError(answer === 'disabled' ? 'auth.disabled' : 'auth.expired');
  }

  /** Ends the session of this token at once, access tokens included. */
  async signOut(refreshToken: string): Promise<void> {
    const { db, clock, newId } = this.deps;
    const now = clock.now();
    const tokenHash = hashToken(refreshToken);
    const companyId = await repository.companyOfToken(db, tokenHash);
    if (companyId === undefined) return;
    await writeCompany(db, companyId, now, async (tx) => {
      const token = await repository.lockToken(tx, companyId, tokenHash);
      if (!token || token.revokedAt !== null) return;
      await repository.revokeFamily(tx, token.companyId, token.familyId, now);
      await repository.insertAudit(tx, { ...claimsToAudit(token, now), id: newId(), action: 'sign-out' });
    });
  }

  /** Throws `auth.required`, `auth.expired`, `auth.disabled`. */
  async authenticate(authorization: string | undefined): Promise<Scope> {
    const token = /^Bearer ([\w.-]+)$/.exec(authorization ?? '')?.[1];
    if (!token) throw new AppError('auth.required');
    const { db, signingKey, clock } = this.deps;
    const claims = await readAccess(signingKey, token, clock.now());
    const found = await readCompany(db, claims.companyId, (reader) => repository.findScope(reader, claims));
    if (!found) throw new AppError('auth.expired');
    if (found.disabled) throw new AppError('auth.disabled');
    const { companyId, employeeId, role, departmentId } = found;
    return { companyId, employeeId, role, departmentId };
  }

  private async issue(
    claims: { companyId: string; employeeId: string; familyId: string },
    device: Device,
    save: (row: TokenRow) => Promise<unknown>,
  ): Promise<CloudTokens> {
    const now = this.deps.clock.now();
    const refreshToken = newRefreshToken();
    const { companyId, employeeId, familyId } = claims;
    await save({
      companyId, employeeId, familyId, tokenHash: hashToken(refreshToken), deviceId: device.deviceId, deviceName: device.deviceName,
      createdAt: now, expiresAt: now + refreshLifeMs, spentAt: null, successorHash: null, revokedAt: null,
    }); // prettier-ignore
    const accessToken = await signAccess(this.deps.signingKey, claims, now);
    return { accessToken, accessExpiresAt: now + accessLifeMs, refreshToken };
  }
}

async function whoIs(reader: Reader, scope: Scope): Promise<Who> {
  return { employee: await findEmployee(reader, scope), company: await findCompany(reader, scope) };
}

function mayRefresh(token: TokenRow, successor: TokenRow | undefined, now: number): boolean {
  if (token.spentAt === null) return true;
  return now - token.spentAt <= graceMs && successor !== undefined && successor.spentAt === null;
}

const claimsToAudit = (claims: { companyId: string; employeeId: string; familyId: string }, at: number) => ({
  companyId: claims.companyId,
  employeeId: claims.employeeId,
  entityId: claims.familyId,
  at,
});
