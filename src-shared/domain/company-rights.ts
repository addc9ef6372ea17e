import type { Role } from './vocabulary.ts';

/**
 * 公司管理: who may do what (product.md P9). The cloud asks this before each route of administration, the window before it
 * shows a page or a button. What a manager may see is their own department's and no more (visibleTo in the cloud).
 */
export const companyRights = {
  /** See departments and employees, and how they stand. */
  'employees.read': ['manager', 'admin'],
  /** Departments, accounts, roles, passwords. */
  'employees.write': ['admin'],
  /** How long recordings are kept, and which stay whatever the rule says. */
  'recordings.keep': ['admin'],
} as const satisfies Record<string, readonly Role[]>;

export type CompanyRight = keyof typeof companyRights;

export const hasRight = (role: Role, right: CompanyRight): boolean =>
  (companyRights[right] as readonly Role[]).includes(role);
