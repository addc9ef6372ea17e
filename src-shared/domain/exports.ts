import { roles, type Role } from './vocabulary.ts';

/** 导出: lists that become files. */
export const exportLists = ['leads', 'calls'] as const;
export type ExportList = (typeof exportLists)[number];

export const exportFormats = ['xlsx', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What a role may: nothing, files in which numbers are masked, or with whole ones. */
export const exportLevels = ['none', 'masked', 'full'] as const;
export type ExportLevel = (typeof exportLevels)[number];

/** 导出权限 of a company, by role. */
export type ExportRules = Readonly<Record<Role, ExportLevel>>;

/**
 * While a company has said nothing, and with a cloud of before it could. A file of whole numbers is what somebody who leaves takes
 * along, so agents get none of them unasked; whoever leads people has always seen them.
 */
export const defaultExportRules: ExportRules = { agent: 'masked', manager: 'full', admin: 'full' };

/** @param told by the cloud, maybe a newer one: what this version does not know is nothing it may do */
export function exportRulesOf(told: { readonly [role: string]: unknown } | null | undefined): ExportRules {
  if (!told) return defaultExportRules;
  const levelOf = (role: Role): ExportLevel => exportLevels.find((level) => level === told[role]) ?? 'none';
  return Object.fromEntries(roles.map((role) => [role, levelOf(role)])) as Record<Role, ExportLevel>;
}

/** Is less allowed than it was? */
export const isStricter = (level: ExportLevel, than: ExportLevel): boolean =>
  exportLevels.indexOf(level) < exportLevels.indexOf(than);

/**
 * Do people of this role export their own rows alone: the customers whom they follow, the calls that they made? 线索库 and 公海
 * belong to the whole company, and the list that agents see there is not theirs to take along, masked or not.
 */
export const exportsOwnOnly = (role: Role): boolean => role === 'agent';

/** Why numbers are masked in a file; null = they are whole, but for those on the blacklist. */
export type MaskReason = 'role' | 'desk';

/** @param deskMasks the setting 号码脱敏 of the desk */
export function maskReason(level: ExportLevel, deskMasks: boolean): MaskReason | null {
  if (level !== 'full') return 'role';
  return deskMasks ? 'desk' : null;
}

/** What a list may have been narrowed down by, as the audit log tells it: what for stays out of the log. */
export const exportFilters = [
  'ticked',
  'search',
  'called',
  'outcomes',
  'number-checks',
  'regions',
  'industries',
  'capital',
  'has-phone',
  'stages',
  'tags',
  'follow-up',
  'incomplete',
  'employee',
  'time',
  'result',
  'lead',
  'channel',
  'direction',
  'talk',
] as const;
export type ExportFilter = (typeof exportFilters)[number];

/** Rows of a file at most; a sheet of Excel ends a little above. */
export const mostExported = 1_000_000;

/** Columns in the order in which they stand in the file. The importer recognises those that it can take back (lead-import.ts). */
export const leadExportColumns = [
  'companyName',
  'contactName',
  'contactTitle',
  'phone',
  'numberPlace',
  'numberOperator',
  'numberCheck',
  'contacts',
  'creditCode',
  'region',
  'industry',
  'registeredCapital',
  'address',
  'legalPerson',
  'stage',
  'tags',
  'owner',
  'claimedAt',
  'nextFollowUpAt',
  'nextFollowUpNote',
  'lastFollowUpAt',
  'lastCallAt',
  'lastOutcome',
  'callCount',
  'releasedAt',
  'releaseReason',
  'createdAt',
] as const;
export type LeadExportColumn = (typeof leadExportColumns)[number];

export const callExportColumns = [
  'startedAt',
  'customerName',
  'contactName',
  'number',
  'numberPlace',
  'numberOperator',
  'employee',
  'direction',
  'channel',
  'line',
  'callerId',
  'answeredAt',
  'endedAt',
  'waitSeconds',
  'talkSeconds',
  'result',
  'endedBy',
  'opener',
  'openerSeconds',
  'cutInSeconds',
  'outcome',
  'note',
] as const;
export type CallExportColumn = (typeof callExportColumns)[number];
