import { callExportColumns, leadExportColumns, type CallExportColumn, type ExportList, type LeadExportColumn } from '#shared/domain/exports.ts'; // prettier-ignore

/** Columns of a list on the screen, and what of a file says the same. */
const ofLeads: { readonly [column: string]: readonly LeadExportColumn[] } = {
  company: ['companyName'],
  contact: ['contactName', 'contactTitle'],
  phone: ['phone'],
  check: ['numberCheck'],
  region: ['region'],
  industry: ['industry'],
  capital: ['registeredCapital'],
  owner: ['owner'],
  lastFollowUp: ['lastFollowUpAt'],
  claimedAt: ['claimedAt'],
  released: ['releasedAt', 'releaseReason'],
  lastCall: ['lastCallAt', 'lastOutcome', 'callCount'],
  stage: ['stage'],
  tags: ['tags'],
  nextFollowUp: ['nextFollowUpAt', 'nextFollowUpNote'],
};
const ofCalls: { readonly [column: string]: readonly CallExportColumn[] } = {
  time: ['startedAt'],
  customer: ['customerName'],
  number: ['number'],
  employee: ['employee'],
  channel: ['direction', 'channel', 'line'],
  wait: ['waitSeconds'],
  talk: ['talkSeconds'],
  result: ['result'],
  endedBy: ['endedBy'],
  opener: ['opener', 'openerSeconds', 'cutInSeconds'],
  outcome: ['outcome'],
};

export type ExportColumn = LeadExportColumn | CallExportColumn;

export const columnsOf = (list: ExportList): readonly ExportColumn[] =>
  list === 'leads' ? leadExportColumns : callExportColumns;

/** What a file has that shows the same as the list. @param shown keys of its columns, in their order */
export function shownInFile(list: ExportList, shown: readonly string[]): ExportColumn[] {
  const names: { readonly [column: string]: readonly ExportColumn[] } = list === 'leads' ? ofLeads : ofCalls;
  return shown.flatMap((key) => names[key] ?? []);
}

/** What is kept of a choice: null where it is what the list shows, so that it follows the list. */
export function keptColumns(
  list: ExportList,
  chosen: readonly ExportColumn[],
  shown: readonly string[],
): ExportColumn[] | null {
  const same = new Set(shownInFile(list, shown));
  return same.size === chosen.length && chosen.every((column) => same.has(column)) ? null : [...chosen];
}

/** What was chosen last, as far as there is such a column; else what the list shows. */
export function chosenColumns(
  list: ExportList,
  kept: readonly string[] | null,
  shown: readonly string[],
): ExportColumn[] {
  // prettier-ignore
  const known = columnsOf(list).filter((column) => kept?.includes(column));
  return known.length > 0 ? known : shownInFile(list, shown);
}
