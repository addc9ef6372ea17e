import { AppError } from '#shared/base/errors.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import { refusedBy } from '../../database/constraint.ts';
import type { Scope } from '../../database/scope.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { employeeIdsOf } from '../employees/index.ts';
import * as repository from './repository.ts';

/** Departments of a company, as its administrators arrange them. */
export class DepartmentService {
  private readonly deps: CloudDeps;

  constructor(deps: CloudDeps) {
    this.deps = deps;
  }

  list(scope: Scope) {
    return readCompany(this.deps.db, scope.companyId, (reader) => repository.listDepartments(reader, scope));
  }

  /** Throws `department.name-taken`. */
  async create({ scope, origin }: Asker, name: string): Promise<{ id: string }> {
    const { db, clock, newId } = this.deps;
    const [id, createdAt] = [newId(), clock.now()];
    await writeCompany(db, scope.companyId, createdAt, async (tx) => {
      await repository.insertDepartment(tx, scope, { id, name, createdAt });
      const entry = { action: 'department.created', on: { type: 'department', id, name } } as const;
      await writeAudit(tx, auditMark(this.deps, scope, origin), entry);
    }).catch(nameTaken);
    return { id };
  }

  /** Its people carry its name to the desks. Throws `not-found`, `department.name-taken`. */
  async rename({ scope, origin }: Asker, id: string, name: string): Promise<void> {
    const { db, clock } = this.deps;
    await writeCompany(db, scope.companyId, clock.now(), async (tx, log) => {
      const before = await repository.lockDepartment(tx, scope, id);
      if (!before) throw new AppError('not-found');
      if (before.name === name) return;
      await repository.setDepartmentName(tx, scope, id, name);
      for (const employeeId of await employeeIdsOf(tx, scope, id)) log.add('employee', employeeId);
      const details = { before: { name: before.name }, after: { name } };
      const on = { type: 'department', id, name } as const;
      await writeAudit(tx, auditMark(this.deps, scope, origin), { action: 'department.renamed', on, details });
    }).catch(nameTaken);
  }

  /** Throws `not-found`, `department.not-empty { employees }`. */
  async remove({ scope, origin }: Asker, id: string): Promise<void> {
    const { db, clock } = this.deps;
    await writeCompany(db, scope.companyId, clock.now(), async (tx) => {
      const before = await repository.lockDepartment(tx, scope, id);
      if (!before) throw new AppError('not-found');
      const employees = (await employeeIdsOf(tx, scope, id)).length;
      if (employees > 0) throw new AppError('department.not-empty', { employees });
      await repository.deleteDepartment(tx, scope, id);
      const on = { type: 'department', id, name: before.name } as const;
      await writeAudit(tx, auditMark(this.deps, scope, origin), { action: 'department.removed', on });
    });
  }
}

function nameTaken(error: unknown): never {
  throw refusedBy(error, repository.nameIndex) ? new AppError('department.name-taken', {}, error) : error;
}
