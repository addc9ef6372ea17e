import { withoutFormula } from '#shared/base/csv.ts';
import type { AuditEntryView } from '#shared/cloud-contract/contract.ts';
import type { AuditText } from '#shared/domain/audit-text.ts';

/**
 * A cell that a spreadsheet shows and does not run: what it would take for a formula is quoted. One line, so that lines are rows.
 */
export function csvCell(text: string): string {
  const line = withoutFormula(text).replace(/[\r\n\u2028\u2029]+/g, ' ');
  return `"${line.replaceAll('"', '""')}"`;
}

/** RFC 4180: every cell in quotes, CRLF at the end. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

export function auditHead({ words: { columns } }: AuditText): string {
  const { at, employee, subject, action, entity, name, changes, device, address, id } = columns;
  return csvLine([at, employee, subject, action, entity, name, changes, device, address, id]);
}

export function auditLine(entry: AuditEntryView, text: AuditText): string {
  const changes = text.changes(entry.details).map(({ field, before, after }) => {
    const values = [before, after].filter((value) => value !== null);
    return `${field}: ${values.join(' → ')}`;
  });
  return csvLine([
    text.time(entry.at),
    text.person(entry.employeeName),
    text.subject(entry.action),
    text.action(entry.action),
    text.entity(entry.entityType),
    text.name(entry),
    changes.join('; '),
    entry.deviceName ?? '',
    entry.address ?? '',
    entry.id,
  ]);
}
