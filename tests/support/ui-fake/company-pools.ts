import type { CompanyPoolRules, CompanyQuota, companyArea } from '#shared/desk-contract/areas/company.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import { defaultPoolRules } from '#shared/domain/pool-rules.ts';
import { fakeId } from './sample.ts';

type Pools = 'poolRules' | 'setPoolRules' | 'removePoolRules';
type Quotas = 'ownQuotas' | 'quotas' | 'setQuota' | 'removeQuota';

/** 公海规则 of a company, for looking at their page: one department has its own. */
export function companyPoolHandlers(): Pick<Handlers<typeof companyArea>, `company.${Pools}`> {
  const own = { ...defaultPoolRules, claimsPerDay: 30, holdLimit: 500, formerOwnerDays: 7, idleDays: 15, heldDays: 90 };
  let rules: CompanyPoolRules[] = [{ id: fakeId(7, 1), departmentId: fakeId(7, 1), version: 1, ...own }];
  return {
    'company.poolRules': () => ({ rules }),
    'company.setPoolRules': ({ id, base, ...fields }) => {
      const departmentId = id.startsWith(fakeId(7, 0).slice(0, 13)) ? id : null;
      rules = [...rules.filter((one) => one.id !== id), { id, departmentId, version: base + 1, ...fields }];
      return { version: base + 1 };
    },
    'company.removePoolRules': ({ id }) => {
      rules = rules.filter((one) => one.id !== id);
      return {};
    },
  };
}

/** 配额 of a company: totals, a default, and some of their own. */
export function companyQuotaHandlers(now: () => number): Pick<Handlers<typeof companyArea>, `company.${Quotas}`> {
  const kind = 'recording.download' as const;
  const own = { kind, targetName: null, spent: null } as const;
  let rules: CompanyQuota[] = [
    { ...own, id: fakeId(11, 0), target: 'company', targetId: fakeId(7, 99), share: 'total', period: 'month', amount: 2000, spent: 1830 }, // prettier-ignore
    { ...own, id: fakeId(11, 1), target: 'company', targetId: fakeId(7, 99), share: 'each', period: 'day', amount: 20 },
    { ...own, id: fakeId(11, 2), target: 'department', targetId: fakeId(7, 1), targetName: '销售二部', share: 'total', period: 'day', amount: 100, spent: 100 }, // prettier-ignore
    { ...own, id: fakeId(11, 3), target: 'role', targetId: 'manager', share: 'each', period: 'day', amount: 50 },
    { ...own, id: fakeId(11, 4), target: 'person', targetId: fakeId(8, 1), targetName: '林可', share: 'each', period: 'month', amount: 300, spent: 42 }, // prettier-ignore
  ];
  const person = (at: number, name: string, day: number, month: number) => ({
    ...{ employeeId: fakeId(8, at), name, departmentName: at % 2 ? '销售二部' : '销售一部', kind, day, month },
    ...{ dayLimit: 20, monthLimit: at === 1 ? 300 : null },
  });
  return {
    'company.ownQuotas': () => ({
      quotas: [{ kind, period: 'day', spent: 12, left: 8, renewsAt: now() + 9 * 3_600_000 }],
    }),
    'company.quotas': () => ({
      rules,
      people: [person(0, '陈晓', 20, 412), person(2, '赵明', 12, 190), person(1, '林可', 3, 42)],
    }),
    'company.setQuota': (rule) => {
      const id = fakeId(11, rules.length);
      const rest = rules.filter((one) => JSON.stringify([one.target, one.targetId, one.share, one.period]) !== JSON.stringify([rule.target, rule.targetId, rule.share, rule.period])); // prettier-ignore
      rules = [...rest, { ...rule, id, targetName: null, spent: rule.share === 'total' ? 0 : null }];
      return { id };
    },
    'company.removeQuota': ({ id }) => {
      rules = rules.filter((one) => one.id !== id);
      return {};
    },
  };
}
