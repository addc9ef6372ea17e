import { sql, type RawBuilder } from 'kysely';
import type { Role } from '#shared/domain/vocabulary.ts';

/**
 * Whose eyes a query looks through. Every repository method takes one; the rule of who sees what is here and nowhere
 * else: agents see their own, managers their department's, admins the whole company. Never another company.
 */
export interface Scope {
  readonly companyId: string;
  readonly employeeId: string;
  readonly role: Role;
  readonly departmentId: string | null;
}

/**
 * SQL: may this person see what belongs to the employee in `owner` (a column, e.g. 'call.employeeId')? The company is
 * part of the condition, so that no caller can forget it.
 */
export function visibleTo(scope: Scope, table: string, ownerColumn: string): RawBuilder<boolean> {
  const company = sql<boolean>`${sql.ref(`${table}.companyId`)} = ${scope.companyId}`;
  const owner = sql.ref(`${table}.${ownerColumn}`);
  const own = sql<boolean>`${owner} = ${scope.employeeId}`;
  switch (scope.role) {
    case 'admin':
      return company;
    case 'manager':
      return sql<boolean>`(${company} AND (${own} OR ${owner} IN (
        SELECT id FROM employee WHERE company_id = ${scope.companyId} AND department_id = ${scope.departmentId})))`;
    case 'agent':
      return sql<boolean>`(${company} AND ${own})`;
  }
}

/** SQL: may this person see this entry of a number list? What is in force is everybody's: their desks must not dial it. */
export function listingVisibleTo(scope: Scope): RawBuilder<boolean> {
  return sql<boolean>`(${sql.ref('listing.companyId')} = ${scope.companyId}
    AND (${sql.ref('listing.state')} = 'approved' OR ${visibleTo(scope, 'listing', 'employeeId')}))`;
}

/** SQL: are these rules for this person? The company's and their own department's are, whatever their role. */
export function rulesFor(scope: Scope, table: 'callRules' | 'poolRules'): RawBuilder<boolean> {
  return sql<boolean>`(${sql.ref(`${table}.companyId`)} = ${scope.companyId}
    AND (${sql.ref(`${table}.departmentId`)} IS NULL OR ${sql.ref(`${table}.departmentId`)} = ${scope.departmentId}))`;
}

/** SQL: is this opener of the company for this person's desk? Those that are on, of everybody and of their own department. */
export function openerFor(scope: Scope): RawBuilder<boolean> {
  return sql<boolean>`(${sql.ref('opener.companyId')} = ${scope.companyId} AND ${sql.ref('opener.enabled')}
    AND (${sql.ref('opener.departmentIds')} IS NULL OR ${scope.departmentId} = ANY (${sql.ref('opener.departmentIds')})))`;
}

/** SQL: is this snippet for this person? The company's are everybody's, others their own person's and nobody else's. */
export function snippetFor(scope: Scope): RawBuilder<boolean> {
  return sql<boolean>`(${sql.ref('snippet.companyId')} = ${scope.companyId} AND ${sql.ref('snippet.deletedAt')} IS NULL
    AND (${sql.ref('snippet.employeeId')} IS NULL OR ${sql.ref('snippet.employeeId')} = ${scope.employeeId}))`;
}

/** SQL: may this person see this lead? Those that nobody owns are everybody's to claim. Deleted ones are nobody's. */
export function leadVisibleTo(scope: Scope): RawBuilder<boolean> {
  return sql<boolean>`(${sql.ref('lead.companyId')} = ${scope.companyId} AND ${sql.ref('lead.deletedAt')} IS NULL
    AND (${sql.ref('lead.ownerId')} IS NULL OR ${visibleTo(scope, 'lead', 'ownerId')}))`;
}
