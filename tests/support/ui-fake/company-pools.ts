import type { CompanyPoolRules, companyArea } from '#shared/desk-contract/areas/company.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import { defaultPoolRules } from '#shared/domain/pool-rules.ts';
import { fakeId } from './sample.ts';

type Pools = 'poolRules' | 'setPoolRules' | 'removePoolRules';

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
