import { AppError } from '#shared/base/errors.ts';
import type {
  RouteParsed,
  RouteReply,
  changeSipAccount,
  companySipAccounts,
  createSipAccount,
  sipAccountSecret,
} from '#shared/cloud-contract/contract.ts';
import { auditChange, type AuditAction, type AuditDetails, type AuditValue } from '#shared/domain/audit.ts';
import { checkSipAccount } from '#shared/domain/sip-account-check.ts';
import { mostSipAccounts, sipAccountName, type SipSettings } from '#shared/domain/sip-account.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import { refusedBy } from '../../database/constraint.ts';
import type { Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { employeeName } from '../employees/index.ts';
import { openPasswords, sealPasswords, type SipPasswords } from './sealed-passwords.ts';
import * as repository from './sip-account-repository.ts';

type Listed = RouteReply<typeof companySipAccounts>;
type NewAccount = RouteParsed<typeof createSipAccount>['body'];
type Edit = RouteParsed<typeof changeSipAccount>['body'];
type Typed = Pick<NewAccount, 'password' | 'turnPassword'>;
type Secret = RouteReply<typeof sipAccountSecret>;

/**
 * SIP accounts of a company: administrators make and assign them, the desk of the one employee registers. Passwords are read
 * by that desk alone; whoever administers may only put others in their place.
 */
export class SipAccountService {
  private readonly deps: CloudDeps;

  constructor(deps: CloudDeps) {
    this.deps = deps;
  }

  async list(scope: Scope, query: repository.ChannelQuery): Promise<Listed> {
    const { db, secrets } = this.deps;
    const { accounts, total } = await readCompany(db, scope.companyId, (reader) =>
      repository.listSipAccounts(reader, scope, query),
    );
    return {
      total,
      accounts: accounts.map(({ keyId, ...one }) => ({ ...one, readable: secrets.has(keyId) })),
    } as Listed;
  }

  /** Throws those of `checkSipAccount`, `sip.no-password`, `sip.turn-no-password`, `channel.…`, `not-found` (the employee), `secret.no-key`. */
  async create(asker: Asker, { account: typed, employeeId, ...passwords }: NewAccount): Promise<{ id: string }> {
    const { db, clock, newId, secrets } = this.deps;
    const { scope } = asker;
    const account = checkSipAccount(typed, parseUrl);
    const [id, now] = [newId(), clock.now()];
    const whole = wholeOf(account, passwords, null);
    const row = { ...sealPasswords(secrets, { companyId: scope.companyId, id }, whole), ...named(whole, newId()) };
    await writeCompany(db, scope.companyId, now, async (tx, log) => {
      const employee = await this.roomFor(tx, scope, employeeId, id);
      await repository.insertSipAccount(tx, scope, { id, account, employeeId, version: 1, createdAt: now, ...row });
      log.add('sip-account', id);
      await this.audit(tx, asker, 'channel.created', { id, account }, { after: { ...inWords(account), employee } });
    }).catch(asAnswer(account));
    return { id };
  }

  /** Throws as `create` does, `sync.conflict` (somebody else has changed it since `base`), `secret.unreadable`. */
  async change(asker: Asker, id: string, { account: typed, base, ...passwords }: Edit): Promise<{ version: number }> {
    const { db, clock, newId, secrets } = this.deps;
    const { scope } = asker;
    const account = checkSipAccount(typed, parseUrl);
    const version = base + 1;
    await writeCompany(db, scope.companyId, clock.now(), async (tx, log) => {
      const before = await need(repository.lockSipAccount(tx, scope, id));
      if (before.version !== base) throw new AppError('sync.conflict');
      const owner = { companyId: scope.companyId, id };
      const newSecret = changesSecret(account, passwords, before.account);
      const whole = newSecret ? wholeOf(account, passwords, () => openPasswords(secrets, owner, before)) : null;
      const secret = whole ? { ...sealPasswords(secrets, owner, whole), ...named(whole, newId()), takenAt: null } : {};
      await repository.updateSipAccount(tx, scope, id, { account, version, ...secret });
      log.add('sip-account', id);
      const words = auditChange(inWords(before.account), inWords(account));
      const password = whole ? { password: 'new' } : {};
      const details = { before: { ...words?.before }, after: { ...words?.after, ...password } };
      await this.audit(tx, asker, 'channel.changed', { id, account }, details);
    }).catch(asAnswer(account));
    return { version };
  }

  /** Throws `not-found` (the account, the employee), `channel.employee-full { most }`. */
  async assign(asker: Asker, id: string, employeeId: string | null): Promise<void> {
    const { db, clock } = this.deps;
    const { scope } = asker;
    await writeCompany(db, scope.companyId, clock.now(), async (tx, log) => {
      const before = await need(repository.lockSipAccount(tx, scope, id));
      if (before.employeeId === employeeId) return;
      const employee = await this.roomFor(tx, scope, employeeId, id);
      const version = before.version + 1;
      await repository.updateSipAccount(tx, scope, id, { employeeId, version, takenAt: null });
      log.add('sip-account', id);
      const was = before.employeeId === null ? null : await employeeName(tx, scope, before.employeeId);
      const action = employeeId === null ? 'channel.taken-back' : 'channel.assigned';
      await this.audit(tx, asker, action, before, { before: { employee: was }, after: { employee } });
    });
  }

  /** Throws `not-found`. */
  async remove(asker: Asker, id: string): Promise<void> {
    const { db, clock } = this.deps;
    const { scope } = asker;
    await writeCompany(db, scope.companyId, clock.now(), async (tx, log) => {
      const before = await need(repository.lockSipAccount(tx, scope, id));
      const employee = before.employeeId === null ? null : await employeeName(tx, scope, before.employeeId);
      await repository.deleteSipAccount(tx, scope, id);
      log.add('sip-account', id);
      await this.audit(tx, asker, 'channel.removed', before, { before: { ...inWords(before.account), employee } });
    });
  }

  /** For a desk of the employee that it is assigned to. Throws `not-found` (for anybody else too), `secret.unreadable`. */
  async secret(asker: Asker, id: string): Promise<Secret> {
    const { db, clock, secrets } = this.deps;
    const { scope } = asker;
    const now = clock.now();
    return writeCompany(db, scope.companyId, now, async (tx) => {
      const found = await need(repository.lockOwnSipAccount(tx, scope, id));
      const passwords = openPasswords(secrets, { companyId: scope.companyId, id }, found);
      await repository.updateSipAccount(tx, scope, id, { takenAt: now });
      await this.audit(tx, asker, 'channel.secret-taken', found);
      return { secretId: found.secretId, ...passwords };
    });
  }

  /** Throws `not-found`, `channel.employee-full`. @returns the employee's name; null = nobody's */
  private async roomFor(tx: Tx, scope: Scope, employeeId: string | null, id: string): Promise<string | null> {
    if (employeeId === null) return null;
    const found = await need(repository.countBesides(tx, scope, employeeId, id));
    if (found.accounts >= mostSipAccounts)
      throw new AppError('channel.employee-full', { name: found.name, most: mostSipAccounts });
    return found.name;
  }

  private audit(
    tx: Tx,
    { scope, origin }: Asker,
    action: AuditAction,
    { id, account }: { readonly id: string; readonly account: SipSettings },
    details: AuditDetails | null = null,
  ): Promise<void> {
    const on = { type: 'sip-account', id, name: sipAccountName(account) } as const;
    return writeAudit(tx, auditMark(this.deps, scope, origin), { action, on, details });
  }
}

const parseUrl = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);

async function need<T>(looking: Promise<T | undefined>): Promise<T> {
  const found = await looking;
  if (found === undefined) throw new AppError('not-found');
  return found;
}

const named = ({ turnPassword }: SipPasswords, secretId: string) => ({
  secretId,
  hasTurnPassword: turnPassword !== null,
});

/** Whether what a desk needs is another secret: something was typed, or a TURN server came or went. */
const changesSecret = (now: SipSettings, { password, turnPassword }: Typed, before: SipSettings): boolean =>
  Boolean(password) || Boolean(turnPassword) || now.turn.length > 0 !== before.turn.length > 0;

/** What was typed, and of what was not what is kept. Throws `sip.no-password`, `sip.turn-no-password`. */
function wholeOf(account: SipSettings, typed: Typed, keptBefore: (() => SipPasswords) | null): SipPasswords {
  const usesTurn = account.turn.length > 0;
  // Who types all of them needs no key of before: this is how one that is lost is replaced.
  const needsKept = !typed.password || (usesTurn && !typed.turnPassword);
  const kept = needsKept ? keptBefore?.() : undefined;
  const password = typed.password || kept?.password;
  if (!password) throw new AppError('sip.no-password');
  if (!usesTurn) return { password, turnPassword: null };
  const turnPassword = typed.turnPassword || kept?.turnPassword;
  if (!turnPassword) throw new AppError('sip.turn-no-password');
  return { password, turnPassword };
}

/** What the database alone sees, as the person is told. */
const asAnswer =
  ({ user, domain }: SipSettings) =>
  (error: unknown): never => {
    if (refusedBy(error, repository.addressIndex)) throw new AppError('channel.account-exists', { name: `${user}@${domain}` }, error); // prettier-ignore
    throw error;
  };

/** For the audit log: one value each, and no password among them. */
const inWords = ({ callerIds, stun, turn, stateCodes, ...plain }: SipSettings): Record<string, AuditValue> => ({
  ...plain,
  callerIds: callerIds.join(' '),
  stun: stun.join(' '),
  turn: turn.join(' '),
  stateCodes: stateCodes ? [stateCodes.ready, stateCodes.break, stateCodes.wrapUp ?? ''].join(' ').trim() : null,
});
