import { toAppError } from '#shared/base/errors.ts';
import type { SessionState } from '#shared/desk-contract/areas/session.ts';
import type { Person } from './ports.ts';

/** As windows see it before anything is chosen. */
export const firstState: SessionState = {
  phase: 'choose-environment',
  environment: null,
  preparing: null,
  problem: null,
  cloudUrl: null,
  demoAccounts: [],
  lastAccount: null,
  employee: null,
  company: null,
  offlineUntil: null,
};

/** Nobody is here any more. */
export const nobody = { phase: 'signed-out', employee: null, company: null, offlineUntil: null } as const;

export function views({ employee, company }: Person): Pick<SessionState, 'employee' | 'company'> {
  const { id, name, account, role, departmentName } = employee;
  return {
    employee: { id, name, account, role, department: departmentName ?? '' },
    company: { id: company.id, name: company.name, sample: company.sample },
  };
}

export function asProblem(thrown: unknown): NonNullable<SessionState['problem']> {
  const { code, details } = toAppError(thrown);
  return { code, details };
}
