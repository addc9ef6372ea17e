import { AppError } from '#shared/base/errors.ts';
import type { RouteReply, companyQuotas, ownQuotas as ownQuotasRoute } from '#shared/cloud-contract/contract.ts';
import { auditChange, type AuditDetails } from '#shared/domain/audit.ts';
import {
  potsOf,
  quotaKinds,
  quotaKindsInUse,
  quotaPeriodOf,
  type QuotaKind,
  type QuotaRule,
} from '#shared/domain/quotas.ts';
import { roles } from '#shared/domain/vocabulary.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import type { Reader, Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { departmentName, departmentNames } from '../departments/index.ts';
import { employeeName } from '../employees/index.ts';
import { keyOf, leftOf, takesOf } from './pots.ts';
import * as repository from './repository.ts';

type Overview = RouteReply<typeof companyQuotas>;
/** Of the list of who has used something. */
const mostPeople = 200;

/** 配额 of a company: who says how much, and who has used how much. */
export class QuotasService {
  private readonly deps: CloudDeps;

  constructor(deps: CloudDeps) {
    this.deps = deps;
  }

  /** Of each kind and period that is limited for this person. */
  own(scope: Scope): Promise<OwnQuotas> {
    return readCompany(this.deps.db, scope.companyId, (reader) =>
      ownQuotas(reader, scope, quotaKindsInUse, this.deps.clock.now()),
    );
  }

  ofCompany(scope: Scope): Promise<Overview> {
    const { companyId } = scope;
    const now = this.deps.clock.now();
    const starts = { day: quotaPeriodOf('day', now).start, month: quotaPeriodOf('month', now).start };
    return readCompany(this.deps.db, companyId, async (reader) => {
      const rules = await repository.rulesOf(reader, companyId);
      const people = await repository.peopleOf(reader, companyId);
      const targets = rules.map(({ targetId }) => targetId);
      const names = await departmentNames(reader, scope, targets);
      for (const [id, { name }] of people) names.set(id, name);
      const uses = await repository.usesSince(reader, companyId, starts);
      const spent = new Map(
        uses.map((use) => [`${use.kind} ${keyOf({ id: use.pot, period: use.period })}`, use.spent]),
      );
      const spentOf = (kind: string, id: string, period: 'day' | 'month'): number =>
        spent.get(`${kind} ${keyOf({ id, period })}`) ?? 0;
      return {
        rules: rules.map((rule) => ({
          ...rule,
          targetName: names.get(rule.targetId) ?? null,
          spent:
            rule.share === 'total' || rule.target === 'person' ? spentOf(rule.kind, rule.targetId, rule.period) : null,
        })),
        people: whoUsed(companyId, rules, [...people.values()], spentOf),
      };
    });
  }

  /** Throws `not-found`, `input.invalid` (nobody can be told apart by that). */
  async set({ scope, origin }: Asker, rule: QuotaRule): Promise<{ id: string }> {
    const { db, clock, newId } = this.deps;
    const now = clock.now();
    const { companyId } = scope;
    return writeCompany(db, companyId, now, async (tx) => {
      const name = await nameOfTarget(tx, scope, rule);
      const before = await repository.lockSame(tx, companyId, rule);
      const row = { ...rule, id: newId() };
      const { id } = await repository.insertRule(tx, companyId, row, now);
      const { amount } = rule;
      const changed = before ? auditChange({ amount: before.amount }, { amount }) : { after: inWords(rule) };
      const details: AuditDetails | null = before && changed ? { before: { ...inWords(rule), amount: before.amount }, after: { amount } } : changed; // prettier-ignore
      const on = { type: 'quota', id, name } as const;
      await writeAudit(tx, auditMark(this.deps, scope, origin), { action: 'quota.changed', on, details });
      return { id };
    });
  }

  /** Throws `not-found`. */
  async remove({ scope, origin }: Asker, id: string): Promise<void> {
    const { db, clock } = this.deps;
    await writeCompany(db, scope.companyId, clock.now(), async (tx) => {
      const rule = await repository.deleteRule(tx, scope.companyId, id);
      if (!rule) throw new AppError('not-found');
      const on = { type: 'quota', id, name: await nameOfTarget(tx, scope, rule) } as const;
      const details = { before: inWords(rule) };
      await writeAudit(tx, auditMark(this.deps, scope, origin), { action: 'quota.removed', on, details });
    });
  }
}

type OwnQuotas = RouteReply<typeof ownQuotasRoute>['quotas'];

/** Of these kinds, in each period that is limited for this person: what they have used, and what is left to them. */
export async function ownQuotas(
  reader: Reader,
  scope: Scope,
  kinds: readonly QuotaKind[],
  now: number,
): Promise<OwnQuotas> {
  const rules = await repository.rulesOf(reader, scope.companyId);
  const all: OwnQuotas = [];
  for (const kind of kinds) {
    const takes = takesOf(rules, kind, scope, now);
    const spent = await repository.spentOf(reader, scope.companyId, takes, kind);
    for (const period of ['day', 'month'] as const) {
      const limited = takes.filter((take) => take.period === period && take.limit !== null);
      if (limited.length === 0) continue;
      const left = Math.min(...limited.map((take) => leftOf(take, spent.get(keyOf(take)) ?? 0)));
      const mine = spent.get(keyOf({ id: scope.employeeId, period })) ?? 0;
      all.push({ kind, period, spent: mine, left, renewsAt: limited[0]?.end ?? 0 });
    }
  }
  return all;
}

const inWords = ({ target, share, kind, period, amount }: QuotaRule) => ({ target, share, kind, period, amount });

/** Whom the rule is for, as they are called. Throws `not-found`, `input.invalid`. */
async function nameOfTarget(tx: Tx, scope: Scope, { target, targetId, share }: QuotaRule): Promise<string> {
  if (share === 'total' && (target === 'role' || target === 'person')) throw new AppError('input.invalid', { reason: 'share' }); // prettier-ignore
  switch (target) {
    case 'company':
      if (targetId !== scope.companyId) throw new AppError('not-found');
      return '';
    case 'role':
      if (!(roles as readonly string[]).includes(targetId)) throw new AppError('not-found');
      return targetId;
    case 'department': {
      const name = await departmentName(tx, scope, targetId);
      if (name === undefined) throw new AppError('not-found');
      return name;
    }
    case 'person': {
      const name = await employeeName(tx, scope, targetId);
      if (name === '') throw new AppError('not-found');
      return name;
    }
  }
}

function whoUsed(
  companyId: string,
  rules: readonly QuotaRule[],
  people: readonly repository.Person[],
  spentOf: (kind: string, id: string, period: 'day' | 'month') => number,
): Overview['people'] {
  return people
    .flatMap((person) =>
      quotaKinds.map((kind) => {
        const { id: employeeId, name, departmentName: department } = person;
        const [day, month] = [spentOf(kind, employeeId, 'day'), spentOf(kind, employeeId, 'month')];
        const limits = potsOf(rules, kind, { ...person, companyId, employeeId }).filter(({ whose }) => whose === 'person'); // prettier-ignore
        const limitOf = (period: 'day' | 'month') => limits.find((one) => one.period === period)?.limit ?? null;
        const [dayLimit, monthLimit] = [limitOf('day'), limitOf('month')];
        return { employeeId, name, departmentName: department, kind, day, month, dayLimit, monthLimit };
      }),
    )
    .filter(({ month }) => month > 0)
    .sort((a, b) => b.month - a.month)
    .slice(0, mostPeople);
}
