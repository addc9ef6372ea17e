import { z } from 'zod';
import type { ErrorCode } from '../../base/errors.ts';
import * as audit from '../../company/audit.ts';
import { callRulesEdit, callRulesShape } from '../../company/call-rules.ts';
import * as capability from '../../company/capability-numbers.ts';
import * as devices from '../../company/devices.ts';
import * as shapes from '../../company/employees.ts';
import { exportRulesFields } from '../../company/exports.ts';
import * as lists from '../../company/number-lists.ts';
import { offlineRuleFields } from '../../company/offline-rule.ts';
import * as openers from '../../company/openers.ts';
import { outcomeSetEdit, outcomeSetShape } from '../../company/outcomes.ts';
import { poolRulesEdit, poolRulesShape } from '../../company/pool-rules.ts';
import * as quotas from '../../company/quotas.ts';
import * as recordings from '../../company/recordings.ts';
import * as scripts from '../../company/scripts.ts';
import * as sip from '../../company/sip-accounts.ts';
import * as snippets from '../../company/snippets.ts';
import { defineArea } from '../kit.ts';
import { cloudRefusals, id, listWindow, numberFaults } from './common.ts';

// 公司管理: each command is asked of the cloud as it is, and nothing of the answer is kept on the desk. Without the cloud it
// is refused (`cloud.unreachable`). The shapes are those of the routes (src-shared/company).

const ms = 30_000;
/** Nothing to say: of a question without conditions, and of an answer that is «done». */
const nothing = z.looseObject({});

/** One command that is a route of the cloud. @param errors what its route refuses with, beside what every border does */
const asked = <const I extends z.ZodType, const O extends z.ZodType, const E extends readonly ErrorCode[]>(
  input: I,
  out: O,
  ...errors: E
) => ({ in: input, out, errors: [...errors, 'cloud.version-mismatch', ...cloudRefusals] as const, deadline: ms });

export const companyDepartment = z.object(shapes.departmentShape);
export type CompanyDepartment = z.output<typeof companyDepartment>;
export const companyEmployee = z.object(shapes.employeeShape);
export type CompanyEmployee = z.output<typeof companyEmployee>;

export const companyListing = z.object({
  ...lists.listingShape,
  /** Whom this desk knows at that number; null = nobody. */
  customer: z.string().nullable(),
});
export type CompanyListing = z.output<typeof companyListing>;
const waiting = z.number().int();
export const companyCallRules = z.object(callRulesShape);
export type CompanyCallRules = z.output<typeof companyCallRules>;
export const companyOpener = z.object(openers.companyOpenerShape);
export type CompanyOpener = z.output<typeof companyOpener>;
export const companySnippet = z.object(snippets.companySnippetShape);
export type CompanySnippet = z.output<typeof companySnippet>;
const companyOutcomeSet = z.object(outcomeSetShape);
export type CompanyOutcomeSet = z.output<typeof companyOutcomeSet>;
const companyScript = z.object(scripts.companyScriptShape);
export type CompanyScript = z.output<typeof companyScript>;
export const companyPoolRules = z.object(poolRulesShape);
export type CompanyPoolRules = z.output<typeof companyPoolRules>;
const ownQuota = z.object(quotas.ownQuotaShape);
export type OwnQuota = z.output<typeof ownQuota>;
const companyQuota = z.object(quotas.quotaRuleShape);
export type CompanyQuota = z.output<typeof companyQuota>;
const quotaPerson = z.object(quotas.quotaPersonShape);
export type QuotaPersonUse = z.output<typeof quotaPerson>;
export const recordingHold = z.object(recordings.holdShape);
export type RecordingHold = z.output<typeof recordingHold>;

export const companySipAccount = z.object(sip.companySipAccountShape);
export type CompanySipAccount = z.output<typeof companySipAccount>;
const channelFaults = ['channel.account-exists', 'channel.employee-full', 'secret.no-key'] as const;
export const companyCapabilityNumber = z.object(capability.capabilityNumberShape);
export type CompanyCapabilityNumber = z.output<typeof companyCapabilityNumber>;
const bindingFaults = ['not-found', ...numberFaults, 'channel.number-taken', 'channel.two-holders'] as const;
export const companyDevice = z.object(devices.companyDeviceShape);
export type CompanyDevice = z.output<typeof companyDevice>;
export type { AuditEntryView } from '../../company/audit.ts';

export const companyArea = defineArea({
  commands: {
    'company.departments': asked(nothing, z.object({ departments: z.array(companyDepartment) })),
    'company.createDepartment': asked(z.object(shapes.departmentFields), z.object({ id }), 'department.name-taken'),
    'company.renameDepartment': asked(
      z.object({ id, ...shapes.departmentFields }),
      nothing,
      'not-found',
      'department.name-taken',
    ),
    'company.removeDepartment': asked(z.object({ id }), nothing, 'not-found', 'department.not-empty'),
    'company.employees': asked(
      z.object({ ...shapes.employeesQuery, ...listWindow }),
      z.object({ employees: z.array(companyEmployee), total: z.number().int() }),
    ),
    'company.createEmployee': asked(
      z.object(shapes.newEmployeeFields),
      z.object({ id, ...shapes.oneTimePassword }),
      'not-found',
      'account.taken',
    ),
    'company.changeEmployee': asked(
      z.object({ id, ...shapes.employeePatch }),
      nothing,
      'not-found',
      'employee.last-admin',
      'employee.yourself',
    ),
    'company.resetPassword': asked(
      z.object({ id }),
      z.object(shapes.oneTimePassword),
      'not-found',
      'employee.yourself',
    ),
    'company.listings': asked(
      z.object({ ...lists.listingsQuery, ...listWindow }),
      z.object({
        listings: z.array(companyListing),
        total: z.number().int(),
        waiting: z.object({ blacklist: waiting, invalid: waiting }),
      }),
    ),
    'company.createListing': asked(
      z.object(lists.newListing),
      z.object({ id }),
      ...numberFaults,
      'listing.not-a-customer',
      'listing.expired',
    ),
    'company.decideListing': asked(
      z.object({ id, ...lists.listingDecision }),
      nothing,
      'not-found',
      'listing.decided',
      'listing.expired',
    ),
    'company.removeListing': asked(z.object({ id }), nothing, 'not-found'),
    'company.callRules': asked(nothing, z.object({ rules: z.array(companyCallRules) })),
    'company.setCallRules': asked(
      z.object({ id, ...callRulesEdit }),
      z.object({ version: z.number().int() }),
      'not-found',
      'sync.conflict',
    ),
    'company.removeCallRules': asked(z.object({ id }), nothing, 'not-found'),
    'company.poolRules': asked(nothing, z.object({ rules: z.array(companyPoolRules) })),
    'company.setPoolRules': asked(
      z.object({ id, ...poolRulesEdit }),
      z.object({ version: z.number().int() }),
      'not-found',
      'sync.conflict',
    ),
    'company.removePoolRules': asked(z.object({ id }), nothing, 'not-found'),
    'company.ownQuotas': asked(nothing, z.object({ quotas: z.array(ownQuota) })),
    'company.quotas': asked(nothing, z.object({ rules: z.array(companyQuota), people: z.array(quotaPerson) })),
    'company.setQuota': asked(z.object(quotas.quotaRuleFields), z.object({ id }), 'not-found'),
    'company.removeQuota': asked(z.object({ id }), nothing, 'not-found'),
    'company.exportRules': asked(nothing, z.object(exportRulesFields)),
    'company.setExportRules': asked(z.object(exportRulesFields), nothing),
    'company.offlineRule': asked(nothing, z.object(offlineRuleFields)),
    'company.setOfflineRule': asked(z.object(offlineRuleFields), nothing),
    'company.recordingRule': asked(
      z.object({ keepDays: recordings.keepDays.unwrap().optional() }),
      z.object(recordings.recordingRuleShape),
    ),
    'company.setRecordingRule': asked(z.object(recordings.recordingRuleFields), nothing),
    'company.recordingHolds': asked(nothing, z.object({ holds: z.array(recordingHold) })),
    'company.holdRecording': asked(
      z.object({ id, ...recordings.holdFields }),
      nothing,
      'not-found',
      'recording.purged',
    ),
    'company.releaseRecording': asked(z.object({ id }), nothing, 'not-found'),
    // 通道: passwords go there and are never told back (decision 19).
    'company.sipAccounts': asked(
      z.object({ ...sip.sipAccountsQuery, ...listWindow }),
      z.object({ accounts: z.array(companySipAccount), total: z.number().int() }),
    ),
    'company.createSipAccount': asked(
      z.object(sip.newSipAccount),
      z.object({ id }),
      'not-found',
      ...sip.accountTroubles,
      ...channelFaults,
    ),
    'company.changeSipAccount': asked(
      z.object({ id, ...sip.sipAccountEdit }),
      z.object({ version: z.number().int() }),
      'not-found',
      'sync.conflict',
      'secret.unreadable',
      ...sip.accountTroubles,
      ...channelFaults,
    ),
    'company.assignSipAccount': asked(
      z.object({ id, ...sip.sipAssignment }),
      nothing,
      'not-found',
      'channel.employee-full',
    ),
    'company.removeSipAccount': asked(z.object({ id }), nothing, 'not-found'),
    'company.capabilityNumbers': asked(
      z.object({ ...capability.capabilityNumbersQuery, ...listWindow }),
      z.object({ numbers: z.array(companyCapabilityNumber), total: z.number().int() }),
    ),
    'company.createCapabilityNumber': asked(
      z.object(capability.capabilityNumberFields),
      z.object({ id }),
      ...bindingFaults,
    ),
    'company.changeCapabilityNumber': asked(
      z.object({ id, ...capability.capabilityNumberFields }),
      nothing,
      ...bindingFaults,
    ),
    'company.removeCapabilityNumber': asked(z.object({ id }), nothing, 'not-found'),
    'company.openers': asked(nothing, z.object({ openers: z.array(companyOpener) })),
    'company.createOpener': asked(
      z.object(openers.newCompanyOpener),
      z.object({ id }),
      'not-found',
      'opener.sound-damaged',
      'opener.company-full',
    ),
    'company.changeOpener': asked(
      z.object({ id, ...openers.companyOpenerPatch }),
      nothing,
      'not-found',
      'opener.sound-damaged',
    ),
    'company.orderOpeners': asked(z.object(openers.openerOrder), nothing, 'sync.conflict'),
    'company.removeOpener': asked(z.object({ id }), nothing, 'not-found'),
    'company.snippets': asked(nothing, z.object({ snippets: z.array(companySnippet) })),
    'company.createSnippet': asked(z.object(snippets.snippetFields), z.object({ id }), 'snippet.too-many'),
    'company.importSnippets': asked(z.object(snippets.snippetRows), z.object({ added: z.number().int() })),
    'company.changeSnippet': asked(z.object({ id, ...snippets.snippetPatch }), nothing, 'not-found'),
    'company.orderSnippets': asked(z.object(snippets.snippetOrder), nothing, 'sync.conflict'),
    'company.removeSnippet': asked(z.object({ id }), nothing, 'not-found'),
    'company.outcomes': asked(nothing, companyOutcomeSet),
    'company.setOutcomes': asked(
      z.object(outcomeSetEdit),
      z.object({ version: z.number().int() }),
      'sync.conflict',
      'outcome.set-invalid',
    ),
    'company.scripts': asked(nothing, z.object({ scripts: z.array(companyScript) })),
    'company.createScript': asked(z.object(scripts.scriptFields), z.object({ id }), 'script.too-many'),
    'company.changeScript': asked(z.object({ id, ...scripts.scriptPatch }), nothing, 'not-found'),
    'company.orderScripts': asked(z.object(scripts.scriptOrder), nothing, 'sync.conflict'),
    'company.removeScript': asked(z.object({ id }), nothing, 'not-found'),
    'company.audit': asked(
      z.object({
        ...audit.auditFilter,
        before: audit.auditCursor.optional(),
        limit: z.number().int().min(1).max(100),
      }),
      z.object(audit.auditPageShape),
    ),
    /** The log as a CSV file. Takes as long as it takes: `company.auditExport` tells how far it is, and it can be cancelled. */
    'company.exportAudit': {
      ...asked(
        z.object({ ...audit.auditFilter, ...audit.auditExportWords }),
        z.object({
          /** An address that only this window can read. */
          url: z.string(),
          fileName: z.string(),
          rows: z.number().int().nonnegative(),
          /** There are more than a file takes: it has the newest. */
          capped: z.boolean(),
        }),
        'disk.full',
      ),
      deadline: 0,
    },
    'company.devices': asked(
      z.object({ ...devices.devicesQuery, ...listWindow }),
      z.object({ devices: z.array(companyDevice), total: z.number().int() }),
    ),
    'company.endDevice': asked(z.object({ id }), nothing, 'not-found'),
    'company.endDevicesOf': asked(
      z.object({ id }),
      z.object({ ended: z.number().int() }),
      'not-found',
      'employee.yourself',
    ),
  },
  streams: {
    /** Entries that are in the file so far; null = nothing is being exported. */
    'company.auditExport': {
      args: z.null(),
      item: z.object({ rows: z.number().int().nonnegative() }).nullable(),
      resume: 'latest',
    },
  },
});
