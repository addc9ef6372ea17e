import { AppError } from '#shared/base/errors.ts';
import type { RouteParsed, changeEmployee, createEmployee } from '#shared/cloud-contract/contract.ts';
import type { AuditAction, AuditDetails } from '#shared/domain/audit.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { writeCompany, type ChangeLog } from '../../database/changes.ts';
import { refusedBy } from '../../database/constraint.ts';
import type { Tx } from '../../database/database.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { giveOneTimePassword, hashPassword, randomPassword } from '../auth/index.ts';
import { departmentNames, sightChanged } from '../departments/index.ts';
import * as repository from './repository.ts';
import type { LockedEmployee } from './repository.ts';

type NewEmployee = RouteParsed<typeof createEmployee>['body'];
type Patch = RouteParsed<typeof changeEmployee>['body'];
type State = Pick<LockedEmployee, 'name' | 'role' | 'departmentId' | 'disabled'>;

/** What administrators do with accounts. Whoever thereby sees more or less reads anew (modules/changes/view.ts). */
export class AccountService {
  private readonly deps: CloudDeps;

  constructor(deps: CloudDeps) {
    this.deps = deps;
  }

  /** Throws `account.taken` (also by another company), `not-found` (the department). @returns the one-time password, kept nowhere */
  async create(asker: Asker, wanted: NewEmployee): Promise<{ id: string; password: string }> {
    const { db, clock, newId } = this.deps;
    const { scope } = asker;
    const [id, password, createdAt] = [newId(), randomPassword(), clock.now()];
    const passwordHash = await hashPassword(password);
    await writeCompany(db, scope.companyId, createdAt, async (tx, log) => {
      await repository.insertEmployee(tx, scope, { id, createdAt, passwordHash, ...wanted });
      const { account, name, role, departmentId } = wanted;
      // Nobody has rows of a new person yet: their managers have nothing to read anew.
      log.add('employee', id);
      const department = await this.departmentName(tx, asker, departmentId);
      await this.audit(tx, asker, 'employee.created', { id, name }, { after: { account, role, department } });
    }).catch((error: unknown) => {
      if (repository.accountIndexes.some((index) => refusedBy(error, index)))
        throw new AppError('account.taken', {}, error);
      throw departmentGone(error);
    });
    return { id, password };
  }

  /** Throws `not-found` (the employee or the department), `employee.yourself`, `employee.last-admin`. */
  async change(asker: Asker, id: string, patch: Patch): Promise<void> {
    const { db, clock } = this.deps;
    const { scope } = asker;
    await writeCompany(db, scope.companyId, clock.now(), async (tx, log) => {
      const locked = await repository.lockWithAdmins(tx, scope, id);
      const before = locked.find((one) => one.id === id);
      if (!before) throw new AppError('not-found');
      const after = { ...pickState(before), ...definedOf(patch) };
      if (id === scope.employeeId && (after.role !== before.role || after.disabled))
        throw new AppError('employee.yourself');
      const wasAdmin = before.role === 'admin' && !before.disabled;
      const staysAdmin = after.role === 'admin' && !after.disabled;
      if (wasAdmin && !staysAdmin && !locked.some((one) => one.id !== id && one.role === 'admin' && !one.disabled))
        throw new AppError('employee.last-admin');
      await this.save(tx, log, asker, before, after);
    }).catch((error: unknown) => {
      throw departmentGone(error);
    });
  }

  /** Ends all their sessions; throws `not-found`, `employee.yourself`. @returns the one-time password, kept nowhere */
  async resetPassword(asker: Asker, id: string): Promise<{ password: string }> {
    const { db, clock } = this.deps;
    const { scope } = asker;
    if (id === scope.employeeId) throw new AppError('employee.yourself');
    const password = randomPassword();
    const passwordHash = await hashPassword(password);
    const now = clock.now();
    await writeCompany(db, scope.companyId, now, async (tx, log) => {
      log.endSessions();
      if (!(await giveOneTimePassword(tx, scope, id, passwordHash, now))) throw new AppError('not-found');
      const name = (await repository.nameOf(tx, scope, id))?.name ?? '';
      await this.audit(tx, asker, 'password-reset', { id, name });
    });
    return { password };
  }

  /** Writes what differs, tells the desks, and says in the log what was done: one entry for each thing that changed. */
  private async save(tx: Tx, log: ChangeLog, asker: Asker, before: LockedEmployee, after: State): Promise<void> {
    const { scope } = asker;
    const { id } = before;
    const changed = (['name', 'role', 'departmentId', 'disabled'] as const).filter((field) => before[field] !== after[field]); // prettier-ignore
    if (changed.length === 0) return;
    await repository.updateEmployee(tx, scope, id, after);
    log.add('employee', id);
    // Sessions and streams of this person stand on who they were.
    if (changed.some((field) => field !== 'name')) log.endSessions();
    const on = { id, name: after.name };
    const said = (action: AuditAction, details?: AuditDetails): Promise<void> => this.audit(tx, asker, action, on, details); // prettier-ignore
    for (const field of changed) {
      if (field === 'name') await said('employee.renamed', { before: { name: before.name }, after: { name: after.name } }); // prettier-ignore
      if (field === 'role') await said('employee.role', { before: { role: before.role }, after: { role: after.role } });
      if (field === 'disabled') await said(after.disabled ? 'employee.disabled' : 'employee.enabled');
      if (field !== 'departmentId') continue;
      const places = [before.departmentId, after.departmentId].filter((place) => place !== null);
      await sightChanged(tx, scope, places);
      const names = await departmentNames(tx, scope, places);
      const nameAt = (place: string | null): string | null => (place === null ? null : (names.get(place) ?? null));
      const [from, to] = [nameAt(before.departmentId), nameAt(after.departmentId)];
      await said('employee.moved', { before: { department: from }, after: { department: to } });
    }
  }

  private async departmentName(tx: Tx, { scope }: Asker, id: string | null): Promise<string | null> {
    return id === null ? null : ((await departmentNames(tx, scope, [id])).get(id) ?? null);
  }

  private audit(
    tx: Tx,
    { scope, origin }: Asker,
    action: AuditAction,
    { id, name }: { readonly id: string; readonly name: string },
    details?: AuditDetails,
  ): Promise<void> {
    const on = { type: 'employee', id, name } as const;
    return writeAudit(tx, auditMark(this.deps, scope, origin), { action, on, details: details ?? null });
  }
}

const pickState = ({ name, role, departmentId, disabled }: State): State => ({ name, role, departmentId, disabled });

const definedOf = (patch: Patch): Partial<State> =>
  Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));

/** A department of another company, or one that was removed meanwhile. */
const departmentGone = (error: unknown): unknown =>
  refusedBy(error, repository.departmentReference) ? new AppError('not-found', {}, error) : error;
