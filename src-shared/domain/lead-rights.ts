import type { Role } from './vocabulary.ts';

/** So many leads a manager may delete on one day (Beijing time): whoever leaves in anger shall not empty the library. */
export const managersDeletionsPerDay = 200;

/** May somebody of this role give leads that they see to people whom they see? */
export const mayAssignLeads = (role: Role): boolean => role !== 'agent';

/** May somebody who sees this lead edit it, plan it, give it up? Agents what is their own; managers and administrators whatever they see. */
export const mayWorkOnLead = (role: Role, isOwn: boolean): boolean => isOwn || role !== 'agent';

/**
 * May somebody who sees this lead delete it? Administrators may; managers where somebody owns it, who is then of their
 * department, or they would not see it. What nobody owns belongs to the whole company.
 */
export const mayDeleteLead = (role: Role, { ownerId }: { readonly ownerId: string | null }): boolean =>
  role === 'admin' || (role === 'manager' && ownerId !== null);
