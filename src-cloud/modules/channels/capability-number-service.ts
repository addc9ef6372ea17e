import { AppError } from '#shared/base/errors.ts';
import type { RouteParsed, createCapabilityNumber } from '#shared/cloud-contract/contract.ts';
import { auditChange, type AuditAction, type AuditDetails, type AuditValue } from '#shared/domain/audit.ts';
import { readNumber } from '#shared/domain/phone-number.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import { refusedBy } from '../../database/constraint.ts';
import type { Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { departmentNames } from '../departments/index.ts';
import { employeeName } from '../employees/index.ts';
import * as repository from './capability-number-repository.ts';
import type { ChannelQuery } from './sip-account-repository.ts';

type Binding = RouteParsed<typeof createCapabilityNumber>['body'];

/** 能力号 as administrators bind them. They are the company's own numbers, so the audit log names them. */
export class CapabilityNumberService {
  private readonly deps: CloudDeps;

  constructor(deps: CloudDeps) {
    this.deps = deps;
  }

  list(scope: Scope, query: ChannelQuery) {
    return readCompany(this.deps.db, scope.companyId, (reader) =>
      repository.listCapabilityNumbers(reader, scope, query),
    );
  }

  /** Throws `number.…`, `channel.number-taken`, `channel.two-holders`, `not-found` (whom it is to be bound to). */
  async create(asker: Asker, typed: Binding): Promise<{ id: string }> {
    const { db, clock, newId } = this.deps;
    const { scope } = asker;
    const binding = checkBinding(typed);
    const [id, now] = [newId(), clock.now()];
    await writeCompany(db, scope.companyId, now, async (tx, log) => {
      await repository.insertCapabilityNumber(tx, scope, { id, createdAt: now, ...binding });
      log.add('capability-number', id);
      const after = await inWords(tx, scope, binding);
      await this.audit(tx, asker, 'capability-number.created', { id, name: binding.number }, { after });
    }).catch(asAnswer(binding.number));
    return { id };
  }

  /** Throws as `create` does, and `not-found` (the number). */
  async change(asker: Asker, id: string, typed: Binding): Promise<void> {
    const { db, clock } = this.deps;
    const { scope } = asker;
    const binding = checkBinding(typed);
    await writeCompany(db, scope.companyId, clock.now(), async (tx, log) => {
      const before = await repository.lockCapabilityNumber(tx, scope, id);
      if (!before) throw new AppError('not-found');
      await repository.updateCapabilityNumber(tx, scope, id, binding);
      log.add('capability-number', id);
      const details = auditChange(await inWords(tx, scope, before), await inWords(tx, scope, binding));
      if (details) await this.audit(tx, asker, 'capability-number.changed', { id, name: binding.number }, details);
    }).catch(asAnswer(binding.number));
  }

  /** Throws `not-found`. */
  async remove(asker: Asker, id: string): Promise<void> {
    const { db, clock } = this.deps;
    const { scope } = asker;
    await writeCompany(db, scope.companyId, clock.now(), async (tx, log) => {
      const before = await repository.lockCapabilityNumber(tx, scope, id);
      if (!before) throw new AppError('not-found');
      const details = { before: await inWords(tx, scope, before) };
      await repository.deleteCapabilityNumber(tx, scope, id);
      log.add('capability-number', id);
      await this.audit(tx, asker, 'capability-number.removed', { id, name: before.number }, details);
    });
  }

  private audit(
    tx: Tx,
    { scope, origin }: Asker,
    action: AuditAction,
    { id, name }: { readonly id: string; readonly name: string },
    details: AuditDetails,
  ): Promise<void> {
    const on = { type: 'capability-number', id, name } as const;
    return writeAudit(tx, auditMark(this.deps, scope, origin), { action, on, details });
  }
}

function checkBinding(typed: Binding): Binding {
  if (typed.employeeId !== null && typed.departmentId !== null) throw new AppError('channel.two-holders');
  const number = numberOf(typed.number);
  return { ...typed, number, answeringNumber: typed.answeringNumber === '' ? number : numberOf(typed.answeringNumber) };
}

/** Of any kind, a short one of the platform's too; those of emergencies are nobody's. */
function numberOf(typed: string): string {
  const read = readNumber(typed);
  if (!read.ok) throw new AppError(read.error);
  if (read.value.kind === 'emergency') throw new AppError('number.invalid');
  return read.value.e164;
}

/** What the database alone sees, as the person is told. */
const asAnswer =
  (number: string) =>
  (error: unknown): never => {
    if (refusedBy(error, repository.numberIndex)) throw new AppError('channel.number-taken', { number }, error);
    if (repository.holderReferences.some((one) => refusedBy(error, one))) throw new AppError('not-found', {}, error);
    throw error;
  };

/** For the audit log. */
async function inWords(tx: Tx, scope: Scope, binding: Binding): Promise<Record<string, AuditValue>> {
  const { employeeId, departmentId, ...plain } = binding;
  return {
    ...plain,
    employee: employeeId === null ? null : await employeeName(tx, scope, employeeId),
    department:
      departmentId === null ? null : ((await departmentNames(tx, scope, [departmentId])).get(departmentId) ?? null),
  };
}
