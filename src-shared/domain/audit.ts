/**
 * What the audit log tells of (product.md P9: every sensitive action), by subject. A closed list: the log is searched by
 * it, and each action has words in both languages.
 */
export const auditActions = [
  'sign-in',
  'sign-out',
  'token-reuse',
  'password-changed',
  'device-revoked',
  'recording.play',
  'password-reset',
  'employee.created',
  'employee.renamed',
  'employee.role',
  'employee.moved',
  'employee.disabled',
  'employee.enabled',
  'recording.download',
  'recording.damaged',
  'recording.rule-changed',
  'recording.held',
  'recording.released',
  'department.created',
  'department.renamed',
  'department.removed',
  'listing.added',
  'listing.approved',
  'listing.rejected',
  'listing.removed',
  'call-rules.changed',
  'call-rules.removed',
  'opener.added',
  'opener.changed',
  'opener.removed',
  'opener.reordered',
  'snippet.added',
  'snippet.changed',
  'snippet.removed',
  'snippet.reordered',
  'pool-rules.changed',
  'pool-rules.removed',
  'lead.recycled',
  'quota.changed',
  'quota.removed',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** What an entry is about. */
export const auditEntities = [
  'session',
  'employee',
  'device',
  'recording',
  'department',
  'company',
  'listing',
  'call-rules',
  'opener',
  'snippet',
  'pool-rules',
  'quota',
] as const;
export type AuditEntity = (typeof auditEntities)[number];

export type AuditValue = string | number | boolean | null;
type AuditFields = { readonly [field: string]: AuditValue };
/** Fields that changed, as they were and as they are; of what is new or gone one of the two. */
export interface AuditDetails {
  readonly before?: AuditFields;
  readonly after?: AuditFields;
}

/** The fields in which two states of a row differ; null = in none. */
export function auditChange(before: AuditFields, after: AuditFields): AuditDetails | null {
  const names = Object.keys(after).filter((name) => before[name] !== after[name]);
  if (names.length === 0) return null;
  const pick = (from: AuditFields): AuditFields => Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
  return { before: pick(before), after: pick(after) };
}
