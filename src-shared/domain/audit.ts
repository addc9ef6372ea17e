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
  'offline-sign-in.changed',
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
  'recording.purged',
  'department.created',
  'department.renamed',
  'department.removed',
  'listing.requested',
  'listing.withdrawn',
  'listing.added',
  'listing.approved',
  'listing.rejected',
  'listing.removed',
  'call-rules.changed',
  'call-rules.removed',
  'channel.created',
  'channel.changed',
  'channel.assigned',
  'channel.taken-back',
  'channel.removed',
  'channel.secret-taken',
  'capability-number.created',
  'capability-number.changed',
  'capability-number.removed',
  'opener.added',
  'opener.changed',
  'opener.removed',
  'opener.reordered',
  'snippet.added',
  'snippet.imported',
  'snippet.changed',
  'snippet.removed',
  'snippet.reordered',
  'outcomes.changed',
  'script.added',
  'script.changed',
  'script.removed',
  'script.reordered',
  'pool-rules.changed',
  'pool-rules.removed',
  'lead.recycled',
  'lead.assigned',
  'quota.changed',
  'quota.removed',
  'sign-in.locked',
  'audit.exported',
  'lead.deleted',
  'lead.imported',
  'number-check.done',
  'audit.cut',
  'lead.exported',
  'call.exported',
  'export-rules.changed',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** Groups of actions, as people look for them; in the order in which they are offered. */
export const auditSubjects = [
  'sign-in',
  'employees',
  'departments',
  'recordings',
  'numbers',
  'call-rules',
  'leads',
  'openers',
  'quotas',
  'channels',
  'exports',
  'audit',
] as const;
export type AuditSubject = (typeof auditSubjects)[number];

/** Which group an action belongs to: an action without one does not compile. */
export const auditSubjectOf: Readonly<Record<AuditAction, AuditSubject>> = {
  'sign-in': 'sign-in',
  'sign-out': 'sign-in',
  'sign-in.locked': 'sign-in',
  'token-reuse': 'sign-in',
  'password-changed': 'sign-in',
  'device-revoked': 'sign-in',
  'password-reset': 'employees',
  'offline-sign-in.changed': 'sign-in',
  'employee.created': 'employees',
  'employee.renamed': 'employees',
  'employee.role': 'employees',
  'employee.moved': 'employees',
  'employee.disabled': 'employees',
  'employee.enabled': 'employees',
  'department.created': 'departments',
  'department.renamed': 'departments',
  'department.removed': 'departments',
  'recording.play': 'recordings',
  'recording.download': 'recordings',
  'recording.damaged': 'recordings',
  'recording.rule-changed': 'recordings',
  'recording.held': 'recordings',
  'recording.released': 'recordings',
  'recording.purged': 'recordings',
  'listing.requested': 'numbers',
  'listing.withdrawn': 'numbers',
  'listing.added': 'numbers',
  'listing.approved': 'numbers',
  'listing.rejected': 'numbers',
  'listing.removed': 'numbers',
  'call-rules.changed': 'call-rules',
  'call-rules.removed': 'call-rules',
  'pool-rules.changed': 'leads',
  'pool-rules.removed': 'leads',
  'lead.recycled': 'leads',
  'lead.assigned': 'leads',
  'lead.deleted': 'leads',
  'lead.imported': 'leads',
  'number-check.done': 'leads',
  'opener.added': 'openers',
  'opener.changed': 'openers',
  'opener.removed': 'openers',
  'opener.reordered': 'openers',
  'snippet.added': 'openers',
  'snippet.imported': 'openers',
  'snippet.changed': 'openers',
  'snippet.removed': 'openers',
  'snippet.reordered': 'openers',
  'outcomes.changed': 'call-rules',
  'script.added': 'openers',
  'script.changed': 'openers',
  'script.removed': 'openers',
  'script.reordered': 'openers',
  'quota.changed': 'quotas',
  'quota.removed': 'quotas',
  'channel.created': 'channels',
  'channel.changed': 'channels',
  'channel.assigned': 'channels',
  'channel.taken-back': 'channels',
  'channel.removed': 'channels',
  'channel.secret-taken': 'channels',
  'capability-number.created': 'channels',
  'capability-number.changed': 'channels',
  'capability-number.removed': 'channels',
  'audit.exported': 'audit',
  'audit.cut': 'audit',
  'lead.exported': 'exports',
  'call.exported': 'exports',
  'export-rules.changed': 'exports',
};

/** The actions of a group, in the order of the closed list. */
export const actionsOf = (subject: AuditSubject): AuditAction[] =>
  auditActions.filter((action) => auditSubjectOf[action] === subject);

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
  'sip-account',
  'capability-number',
  'opener',
  'snippet',
  'script',
  'pool-rules',
  'quota',
  'lead',
  'export',
  'number-check',
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

/** Rows of an exported file at most: the newest of those that were asked for. Excel shows five times as many. */
export const auditExportCap = 200_000;
