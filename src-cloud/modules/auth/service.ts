import { AppError, type ErrorCode } from '#shared/base/errors.ts';
import { normalizePassword, passwordFault, type PasswordOwner } from '#shared/domain/password.ts';
import type { Role } from '#shared/domain/vocabulary.ts';
import type { CloudCompany, CloudEmployee, CloudSession, CloudTokens } from '#shared/cloud-contract/contract.ts';
import type { AuditAction } from '#shared/domain/audit.ts';
import type { CloudDeps } from '../../app/deps.ts';
import { lookUp, readCompany } from '../../database/access.ts';
import type { Asker, Origin } from '../../app/register.ts';
import { writeCompany } from '../../database/changes.ts';
import type { ChangeNotices } from '../../database/change-notices.ts';
import type { Database, Reader, Tx } from '../../database/database.ts';
import { describeFailure } from '../../database/describe-failure.ts';
import type { SessionEnd, Tables } from '../../database/schema.ts';
import type { Scope } from '../../database/scope.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { companyName, findCompany } from '../companies/index.ts';
import { findEmployee } from '../employees/index.ts';
import * as devices from './device-repository.ts';
import { hashPassword, passwordFits } from './passwords.ts';
import * as repository from './repository.ts';
import { KnownSessions } from './known-sessions.ts';
import { SignInGuard } from './sign-in-guard.ts';
import { accessLifeMs, hashToken, newDeskKey, newRefreshToken, readAccess, refreshLifeMs, signAccess, type AccessClaims } from './tokens.ts'; // prettier-ignore

/** A reply may be lost on its way: for so long its spent token may be shown again, by the same device only. */
const graceMs = 30_000;

/** A device as it introduces itself. */
interface AskingDevice {
  readonly deviceId: string;
  readonly deskVersion?: string | undefined;
}
interface Device extends AskingDevice {
  readonly deviceName: string;
}
export interface Session {
  readonly scope: Scope;
  /** All tokens that grew from one sign-in. */
  readonly familyId: string;
}
interface Credentials {
  readonly account: string;
  readonly password: string;
  /** In place of a one-time password. */
  readonly newPassword?: string | undefined;
}
interface PasswordChange {
  readonly oldPassword: string;
  readonly newPassword: string;
}
type TokenRow = Tables['refreshToken'];
// A type, not an interface: the contract's replies are open to more fields.
type Who = { readonly employee: CloudEmployee; readonly company: CloudCompany };

/** Sign-in, sessions and who is asking. */
export class AuthService {
  private readonly deps: CloudDeps;
  private readonly guard: SignInGuard;
  private readonly known: KnownSessions;

  constructor(deps: CloudDeps, notices: ChangeNotices) {
    this.deps = deps;
    this.guard = new SignInGuard(deps);
    this.known = new KnownSessions(deps.clock, notices);
  }

  /**
   * Throws `auth.bad-credentials`, `auth.locked { waitMs }`, `auth.disabled`; with a one-time password
   * `password.change-required`, or what is wrong with the one that is to take its place.
   */
  async signIn(
    { account, password, newPassword }: Credentials,
    device: Device,
    address: string,
  ): Promise<CloudSession> {
    const { db, newId, clock } = this.deps;
    const found = await repository.findAccount(db, account);
    const { passwordHash = null } = found ?? {};
    const attempt = {
      account,
      passwordHash,
      address,
      known: await repository.deviceIsKnown(db, found, device.deviceId),
    };
    const closedMs = await this.guard.attempt(attempt);
    const fits = await passwordFits(passwordHash, password);
    if (!fits && found) this.noteLock({ companyId: found.companyId, employeeId: found.id }, found.name, { address }, closedMs); // prettier-ignore
    if (!fits || !found) throw new AppError('auth.bad-credentials');
    if (found.disabled) throw new AppError('auth.disabled');
    await this.guard.succeeded(attempt);
    const own = await ownPassword(db, found, password, newPassword);
    const claims = { companyId: found.companyId, employeeId: found.id, familyId: newId() };
    const at = clock.now();
    return writeCompany(db, claims.companyId, at, async (tx) => {
      // A password that was changed since it was checked here must leave no session behind.
      const stands = own
        ? await repository.replacePassword(tx, claims, found.passwordHash, own)
        : (await repository.lockPassword(tx, claims)) === found.passwordHash;
      if (!stands) throw new AppError('auth.bad-credentials');
      const { deviceId, deviceName, deskVersion } = device;
      const seen = { ...claims, deviceId, deviceName, version: deskVersion ?? null, address };
      const deskKey = await devices.seeDevice(tx, seen, { id: newId(), now: at, deskKey: newDeskKey() });
      const tokens = await this.issue(claims, device, (row) => repository.insertToken(tx, row));
      await this.audit(tx, 'sign-in', claims, address);
      if (own) await this.auditPassword(tx, claims, { familyId: claims.familyId, address });
      const scope = await repository.findScope(tx, claims);
      if (!scope) throw new AppError('auth.disabled');
      return { ...tokens, ...(await whoIs(tx, scope)), ...(deskKey === null ? {} : { deskKey }) };
    });
  }

  /**
   * A new password in place of the old one, which is asked for again: whoever sits down at an open desk does not know it.
   * All other sessions of the person end: one of them may be the reason for the change.
   * Throws `password.wrong-old`, `auth.locked { waitMs }`, `password.unchanged`, and the faults of domain/password.ts.
   */
  async changePassword({ scope, origin }: Asker, wanted: PasswordChange): Promise<void> {
    const { familyId, address } = origin;
    const { db, clock } = this.deps;
    const { me, own } = await readCompany(db, scope.companyId, async (reader) => ({
      me: await whoIs(reader, scope),
      own: await repository.findOwnPassword(reader, scope),
    }));
    if (!own) throw new AppError('auth.expired');
    // Who holds a session is no stranger to the account, but may guess as little.
    const attempt = { ...own, address, known: true };
    const closedMs = await this.guard.attempt(attempt);
    if (!(await passwordFits(own.passwordHash, wanted.oldPassword))) {
      this.noteLock(scope, me.employee.name, origin, closedMs);
      throw new AppError('password.wrong-old');
    }
    await this.guard.succeeded(attempt);
    if (normalizePassword(wanted.newPassword) === normalizePassword(wanted.oldPassword))
      throw new AppError('password.unchanged');
    const { account, name } = me.employee;
    const passwordHash = await hashNewPassword(wanted.newPassword, { account, name, company: me.company.name });
    const now = clock.now();
    await writeCompany(db, scope.companyId, now, async (tx, log) => {
      log.endSessions();
      if (!(await repository.replacePassword(tx, scope, own.passwordHash, passwordHash)))
        throw new AppError('password.wrong-old');
      await devices.lockDevices(tx, scope);
      await repository.revokeOtherFamilies(tx, scope, familyId, now);
      await this.auditPassword(tx, scope, origin);
    });
  }

  me(scope: Scope): Promise<Who> {
    return readCompany(this.deps.db, scope.companyId, (reader) => whoIs(reader, scope));
  }

  /**
   * Rotation (RFC 9700 §4.14.2): each refresh token is good for one use. A spent one that comes back means that two
   * parties hold it, so the whole session ends, except within the grace while its successor was never used.
   * Throws `auth.expired`, `auth.disabled`, and where the session was ended by somebody `auth.revoked`, `auth.password-changed`.
   */
  async refresh(refreshToken: string, { deviceId, deskVersion }: AskingDevice, address: string): Promise<CloudTokens> {
    const { db, clock, newId } = this.deps;
    const now = clock.now();
    const tokenHash = hashToken(refreshToken);
    const owner = await repository.ownerOfToken(db, tokenHash);
    if (owner?.deviceId !== deviceId) throw new AppError('auth.expired');
    const answer = await writeCompany(db, owner.companyId, now, async (tx, log): Promise<CloudTokens | ErrorCode> => {
      await devices.seeDevice(
        tx,
        { ...owner, version: deskVersion ?? null, address },
        { id: newId(), now, deskKey: null },
      );
      const token = await repository.lockToken(tx, owner.companyId, tokenHash);
      if (!token || token.expiresAt <= now) return 'auth.expired';
      if (token.revokedAt !== null) return codeOfEnd(token.revokedFor);
      const successor =
        token.successorHash === null ? undefined : await repository.findToken(tx, token.companyId, token.successorHash);
      if (!mayRefresh(token, successor, now)) {
        log.endSessions();
        await repository.revokeFamily(tx, token, 'reuse', now);
        await this.audit(tx, 'token-reuse', token, address);
        return 'auth.expired';
      }
      const scope = await repository.findScope(tx, token);
      if (!scope || scope.disabled) return 'auth.disabled';
      if (successor) await repository.revokeToken(tx, token.companyId, successor.tokenHash, now);
      return this.issue(token, token, async (row) => {
        await repository.insertToken(tx, row);
        await repository.spendToken(tx, token.companyId, token.tokenHash, row.tokenHash, now);
      });
    });
    if (typeof answer === 'object') return answer;
    throw new AppError(answer);
  }

  /** Ends the session of this token at once, access tokens included. */
  async signOut(refreshToken: string, address: string): Promise<void> {
    const { db, clock } = this.deps;
    const now = clock.now();
    const tokenHash = hashToken(refreshToken);
    const owner = await repository.ownerOfToken(db, tokenHash);
    if (!owner) return;
    await writeCompany(db, owner.companyId, now, async (tx, log) => {
      await devices.lockDevice(tx, owner);
      const token = await repository.lockToken(tx, owner.companyId, tokenHash);
      if (!token || token.revokedAt !== null) return;
      log.endSessions();
      await repository.revokeFamily(tx, token, 'sign-out', now);
      await this.audit(tx, 'sign-out', token, address);
    });
  }

  /** Throws `auth.required`, `auth.expired`, `auth.disabled`. */
  async authenticate(authorization: string | undefined): Promise<Session> {
    const claims = await this.claimsOf(authorization);
    const scope = await this.known.of(claims, () => this.scopeOf(claims));
    return { scope, familyId: claims.familyId };
  }

  private async scopeOf(claims: AccessClaims): Promise<Scope> {
    const found = await lookUp(this.deps.db, claims.companyId, (reader) => repository.findScope(reader, claims));
    if (!found) throw new AppError('auth.expired');
    if (found.disabled) throw new AppError('auth.disabled');
    const { companyId, employeeId, role, departmentId } = found;
    return { companyId, employeeId, role, departmentId };
  }

  /** … and until when the token is good, in ms since 1970. */
  async sessionOf(
    authorization: string | undefined,
  ): Promise<{ readonly familyId: string; readonly expiresAt: number }> {
    const { familyId, expiresAt } = await this.claimsOf(authorization);
    return { familyId, expiresAt };
  }

  /** Which of these sessions of a company still stand, and the role of their people now. */
  standing(companyId: string, familyIds: readonly string[]): Promise<{ familyId: string; role: Role }[]> {
    return readCompany(this.deps.db, companyId, (reader) => repository.standing(reader, companyId, familyIds));
  }

  /** Throws `auth.required`, `auth.expired`. */
  private async claimsOf(authorization: string | undefined): Promise<AccessClaims & { readonly expiresAt: number }> {
    const token = /^Bearer ([\w.-]+)$/.exec(authorization ?? '')?.[1];
    if (!token) throw new AppError('auth.required');
    return readAccess(this.deps.signingKey, token, this.deps.clock.now());
  }

  /** What happened to a session. */
  private audit(tx: Tx, action: AuditAction, session: AccessClaims, address: string): Promise<void> {
    const { familyId } = session;
    const mark = auditMark(this.deps, session, { address, familyId });
    return writeAudit(tx, mark, { action, on: { type: 'session', id: familyId } });
  }

  /**
   * Wrong passwords have closed the account for a while. Nobody waits for the entry: how long the answer takes would tell a
   * stranger that there is such an account.
   */
  private noteLock(
    person: Pick<Scope, 'companyId' | 'employeeId'>,
    name: string,
    origin: Partial<Origin>,
    closedMs: number,
  ): void {
    if (closedMs === 0) return;
    const { db, logger } = this.deps;
    const mark = { ...auditMark(this.deps, person), ...origin };
    const on = { type: 'employee', id: person.employeeId, name } as const;
    const details = { after: { waitSeconds: Math.round(closedMs / 1000) } };
    writeCompany(db, person.companyId, mark.at, (tx) =>
      writeAudit(tx, mark, { action: 'sign-in.locked', on, details }),
    ).catch((error: unknown) => logger.log('error', 'audit.lock-not-written', { error: describeFailure(error) }));
  }

  private auditPassword(tx: Tx, person: Pick<Scope, 'companyId' | 'employeeId'>, origin: Origin): Promise<void> {
    const on = { type: 'employee', id: person.employeeId } as const;
    return writeAudit(tx, auditMark(this.deps, person, origin), { action: 'password-changed', on });
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
      createdAt: now, expiresAt: now + refreshLifeMs, spentAt: null, successorHash: null, revokedAt: null, revokedFor: null,
    }); // prettier-ignore
    const accessToken = await signAccess(this.deps.signingKey, claims, now);
    return { accessToken, accessExpiresAt: now + accessLifeMs, refreshToken };
  }
}

/** The hash of what takes the place of a one-time password; null where there is none to replace. */
async function ownPassword(
  db: Database,
  found: NonNullable<Awaited<ReturnType<typeof repository.findAccount>>>,
  password: string,
  newPassword: string | undefined,
): Promise<string | null> {
  // Who has a password of their own changes it as somebody who is signed in.
  if (!found.mustChangePassword) {
    if (newPassword !== undefined) throw new AppError('input.invalid', { reason: 'new-password' });
    return null;
  }
  if (newPassword === undefined) throw new AppError('password.change-required');
  if (normalizePassword(newPassword) === normalizePassword(password)) throw new AppError('password.unchanged');
  const { companyId, account, name } = found;
  const company = await readCompany(db, companyId, (reader) => companyName(reader, companyId));
  return hashNewPassword(newPassword, { account, name, company });
}

/** Throws the faults of domain/password.ts. */
function hashNewPassword(password: string, owner: PasswordOwner): Promise<string> {
  const fault = passwordFault(password, owner);
  if (fault) throw new AppError(fault);
  return hashPassword(password);
}

async function whoIs(reader: Reader, scope: Scope): Promise<Who> {
  return { employee: await findEmployee(reader, scope), company: await findCompany(reader, scope) };
}

/** Told to the device that the session was made on, and that still holds its token. */
const codeOfEnd = (why: SessionEnd | null): ErrorCode =>
  why === 'device' ? 'auth.revoked' : why === 'password' ? 'auth.password-changed' : 'auth.expired';

function mayRefresh(token: TokenRow, successor: TokenRow | undefined, now: number): boolean {
  if (token.spentAt === null) return true;
  return now - token.spentAt <= graceMs && successor !== undefined && successor.spentAt === null;
}
