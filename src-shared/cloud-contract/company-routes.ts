import { z } from 'zod';
import * as auditShapes from '../company/audit.ts';
import { callRulesEdit, callRulesShape } from '../company/call-rules.ts';
import * as deviceShapes from '../company/devices.ts';
import * as shapes from '../company/employees.ts';
import * as lists from '../company/number-lists.ts';
import { numberFaults } from '../company/phone-numbers.ts';
import { poolRulesEdit, poolRulesShape } from '../company/pool-rules.ts';
import * as recordingShapes from '../company/recordings.ts';
import { channelRoutes } from './channel-routes.ts';
import { exportRules, setExportRules } from './export-routes.ts';
import { defineRoute } from './kit.ts';
import { changeOpener, companyOpeners, createOpener, orderOpeners, removeOpener } from './opener-routes.ts';
import { offlineRule, setOfflineRule } from './offline-routes.ts';
import { companyQuotas, removeQuota, setQuota } from './quota-routes.ts';
import { outcomeRoutes } from './outcome-routes.ts';
import {
  changeSnippet,
  companySnippets,
  createSnippet,
  importSnippets,
  orderSnippets,
  removeSnippet,
} from './snippet-routes.ts';
import { id } from './rows.ts';

export type { AuditEntryView } from '../company/audit.ts';

// 公司管理. Each route says the right that it needs (domain/company-rights.ts); none of them works without the cloud.

const params = z.object({ id });
const done = z.looseObject({});

export const departments = defineRoute({
  method: 'GET',
  path: '/v1/company/departments',
  summary: 'The departments; of a manager their own',
  auth: 'user',
  right: 'employees.read',
  reply: z.looseObject({ departments: z.array(z.looseObject(shapes.departmentShape)) }),
  errors: ['access.denied'],
});

export const createDepartment = defineRoute({
  method: 'POST',
  path: '/v1/company/departments',
  summary: 'A new department',
  auth: 'user',
  right: 'employees.write',
  body: z.object(shapes.departmentFields),
  reply: z.looseObject({ id }),
  errors: ['access.denied', 'department.name-taken'],
});

export const renameDepartment = defineRoute({
  method: 'PATCH',
  path: '/v1/company/departments/:id',
  summary: 'Another name for a department',
  auth: 'user',
  right: 'employees.write',
  params,
  body: z.object(shapes.departmentFields),
  reply: done,
  errors: ['access.denied', 'not-found', 'department.name-taken'],
});

export const removeDepartment = defineRoute({
  method: 'DELETE',
  path: '/v1/company/departments/:id',
  summary: 'Takes away a department in which nobody works',
  auth: 'user',
  right: 'employees.write',
  params,
  reply: done,
  errors: ['access.denied', 'not-found', 'department.not-empty'],
});

export const companyEmployees = defineRoute({
  method: 'GET',
  path: '/v1/company/employees',
  summary: 'The employees by name; of a manager those of their own department',
  auth: 'user',
  right: 'employees.read',
  query: z.object({
    ...shapes.employeesQuery,
    offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
    limit: z.coerce.number().int().min(1).max(100).default(100),
  }),
  reply: z.looseObject({
    employees: z.array(z.looseObject(shapes.employeeShape)),
    total: z.number().int().nonnegative(),
  }),
  errors: ['access.denied'],
});

export const createEmployee = defineRoute({
  method: 'POST',
  path: '/v1/company/employees',
  summary: 'A new account with a one-time password',
  auth: 'user',
  right: 'employees.write',
  body: z.object(shapes.newEmployeeFields),
  reply: z.looseObject({ id, ...shapes.oneTimePassword }),
  errors: ['access.denied', 'not-found', 'account.taken'],
});

export const changeEmployee = defineRoute({
  method: 'PATCH',
  path: '/v1/company/employees/:id',
  summary:
    'Another name, role or department, or an account that is disabled or enabled again. Whoever thereby sees more or less gets another epoch',
  auth: 'user',
  right: 'employees.write',
  params,
  body: z.object(shapes.employeePatch),
  reply: done,
  errors: ['access.denied', 'not-found', 'employee.last-admin', 'employee.yourself'],
});

export const resetPassword = defineRoute({
  method: 'POST',
  path: '/v1/company/employees/:id/password',
  summary: 'A one-time password in place of a forgotten one. Ends all sessions of the person',
  auth: 'user',
  right: 'employees.write',
  params,
  reply: z.looseObject(shapes.oneTimePassword),
  errors: ['access.denied', 'not-found', 'employee.yourself'],
});

export const listings = defineRoute({
  method: 'GET',
  path: '/v1/company/listings',
  summary:
    '黑名单 or 无效列表, newest first; of a manager what is in force and what their own department has asked for',
  auth: 'user',
  right: 'listings.decide',
  query: z.object({
    ...lists.listingsQuery,
    offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
    limit: z.coerce.number().int().min(1).max(100).default(100),
  }),
  reply: z.looseObject({
    listings: z.array(z.looseObject(lists.listingShape)),
    total: z.number().int().nonnegative(),
    /** Of both lists, what waits for a decision. */
    waiting: z.looseObject({ blacklist: z.number().int().nonnegative(), invalid: z.number().int().nonnegative() }),
  }),
  errors: ['access.denied'],
});

export const createListing = defineRoute({
  method: 'POST',
  path: '/v1/company/listings',
  summary: 'Puts a number onto a list, in force at once',
  auth: 'user',
  right: 'listings.decide',
  body: z.object(lists.newListing),
  reply: z.looseObject({ id }),
  errors: ['access.denied', ...numberFaults, 'listing.not-a-customer', 'listing.expired'],
});

export const decideListing = defineRoute({
  method: 'POST',
  path: '/v1/company/listings/:id/decision',
  summary: 'Approves or rejects what a desk has asked for',
  auth: 'user',
  right: 'listings.decide',
  params,
  body: z.object(lists.listingDecision),
  reply: done,
  errors: ['access.denied', 'not-found', 'listing.decided', 'listing.expired'],
});

export const removeListing = defineRoute({
  method: 'DELETE',
  path: '/v1/company/listings/:id',
  summary: 'Takes the number off the list: every entry of it that is in force and that the asker may change',
  auth: 'user',
  right: 'listings.decide',
  params,
  reply: done,
  errors: ['access.denied', 'not-found'],
});

export const callRules = defineRoute({
  method: 'GET',
  path: '/v1/company/call-rules',
  summary: 'The rules of the company and of departments that have some of their own',
  auth: 'user',
  right: 'call-rules.write',
  reply: z.looseObject({ rules: z.array(z.looseObject(callRulesShape)) }),
  errors: ['access.denied'],
});

export const setCallRules = defineRoute({
  method: 'PUT',
  path: '/v1/company/call-rules/:id',
  summary: 'The rules of the company (its own id) or of a department, as a whole',
  auth: 'user',
  right: 'call-rules.write',
  params,
  body: z.object(callRulesEdit),
  reply: z.looseObject({ version: z.number().int().positive() }),
  errors: ['access.denied', 'not-found', 'sync.conflict'],
});

export const removeCallRules = defineRoute({
  method: 'DELETE',
  path: '/v1/company/call-rules/:id',
  summary: 'Takes rules away: of a department, then the company’s hold; of the company, then those of the product',
  auth: 'user',
  right: 'call-rules.write',
  params,
  reply: done,
  errors: ['access.denied', 'not-found'],
});

export const poolRules = defineRoute({
  method: 'GET',
  path: '/v1/company/pool-rules',
  summary:
    'The rules of claiming leads and taking them back: of the company and of departments that have some of their own',
  auth: 'user',
  right: 'pools.write',
  reply: z.looseObject({ rules: z.array(z.looseObject(poolRulesShape)) }),
  errors: ['access.denied'],
});

export const setPoolRules = defineRoute({
  method: 'PUT',
  path: '/v1/company/pool-rules/:id',
  summary: 'The rules of the company (its own id) or of a department, as a whole',
  auth: 'user',
  right: 'pools.write',
  params,
  body: z.object(poolRulesEdit),
  reply: z.looseObject({ version: z.number().int().positive() }),
  errors: ['access.denied', 'not-found', 'sync.conflict'],
});

export const removePoolRules = defineRoute({
  method: 'DELETE',
  path: '/v1/company/pool-rules/:id',
  summary:
    'Takes rules away: of a department, then the company’s hold; of the company, then nothing is limited or taken back',
  auth: 'user',
  right: 'pools.write',
  params,
  reply: done,
  errors: ['access.denied', 'not-found'],
});

export const recordingRule = defineRoute({
  method: 'GET',
  path: '/v1/company/recordings/rule',
  summary: 'How long recordings are kept; with keepDays: how many would be due by that rule instead',
  auth: 'user',
  right: 'recordings.keep',
  query: z.object({ keepDays: z.coerce.number().int().min(1).max(3650).optional() }),
  reply: z.looseObject(recordingShapes.recordingRuleShape),
  errors: ['access.denied'],
});

export const setRecordingRule = defineRoute({
  method: 'PUT',
  path: '/v1/company/recordings/rule',
  summary: 'Another rule. What is due by it goes with the next purge, but for what is held',
  auth: 'user',
  right: 'recordings.keep',
  body: z.object(recordingShapes.recordingRuleFields),
  reply: done,
  errors: ['access.denied'],
});

export const recordingHolds = defineRoute({
  method: 'GET',
  path: '/v1/company/recordings/holds',
  summary: 'Recordings that stay whatever the rule says, the newest hold first; 500 at most',
  auth: 'user',
  right: 'recordings.keep',
  reply: z.looseObject({ holds: z.array(z.looseObject(recordingShapes.holdShape)) }),
  errors: ['access.denied'],
});

export const holdRecording = defineRoute({
  method: 'PUT',
  path: '/v1/company/recordings/:id/hold',
  summary: 'It stays, until it is released. Again: with another reason',
  auth: 'user',
  right: 'recordings.keep',
  params,
  body: z.object(recordingShapes.holdFields),
  reply: done,
  errors: ['access.denied', 'not-found', 'recording.purged'],
});

export const releaseRecording = defineRoute({
  method: 'DELETE',
  path: '/v1/company/recordings/:id/hold',
  summary: 'The rule counts for it again',
  auth: 'user',
  right: 'recordings.keep',
  params,
  reply: done,
  errors: ['access.denied', 'not-found'],
});

export const audit = defineRoute({
  method: 'GET',
  path: '/v1/company/audit',
  summary:
    '审计日志, newest first; `next` goes on behind the page. A search looks at 20,000 entries at most and then says how far it came',
  auth: 'user',
  right: 'audit.read',
  query: z.object({
    ...auditShapes.auditFilter,
    before: auditShapes.auditCursor.optional(),
    limit: z.coerce.number().int().min(1).max(100).default(100),
  }),
  reply: z.looseObject(auditShapes.auditPageShape),
  errors: ['access.denied'],
});

export const exportAudit = defineRoute({
  method: 'GET',
  path: '/v1/company/audit/export',
  summary:
    'The same entries as CSV (UTF-8 with BOM, one line each), at most the newest 200,000: then a last line says so. Leaves an entry of its own',
  auth: 'user',
  right: 'audit.read',
  query: z.object({ ...auditShapes.auditFilter, ...auditShapes.auditExportWords }),
  reply: 'bytes',
  errors: ['access.denied'],
});

export const companyDevices = defineRoute({
  method: 'GET',
  path: '/v1/company/devices',
  summary: 'Where employees sign in, last seen first; of a manager those of their own department',
  auth: 'user',
  right: 'employees.read',
  query: z.object({
    ...deviceShapes.devicesQuery,
    offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
    limit: z.coerce.number().int().min(1).max(100).default(100),
  }),
  reply: z.looseObject({
    devices: z.array(z.looseObject(deviceShapes.companyDeviceShape)),
    total: z.number().int().nonnegative(),
  }),
  errors: ['access.denied'],
});

export const endCompanyDevice = defineRoute({
  method: 'DELETE',
  path: '/v1/company/devices/:id',
  summary: 'Ends all sessions of a device at once. What it has not sent stays there, locked, for the same person',
  auth: 'user',
  right: 'employees.write',
  params,
  reply: done,
  errors: ['access.denied', 'not-found'],
});

export const endDevicesOf = defineRoute({
  method: 'DELETE',
  path: '/v1/company/employees/:id/devices',
  summary: 'Ends all sessions of a person on all their devices at once',
  auth: 'user',
  right: 'employees.write',
  params,
  reply: z.looseObject({ ended: z.number().int().nonnegative() }),
  errors: ['access.denied', 'not-found', 'employee.yourself'],
});

export const companyRoutes = {
  departments, createDepartment, renameDepartment, removeDepartment, companyEmployees, createEmployee, changeEmployee,
  resetPassword, offlineRule, setOfflineRule, exportRules, setExportRules,
  listings, createListing, decideListing, removeListing, callRules, setCallRules, removeCallRules,
  poolRules, setPoolRules, removePoolRules, companyQuotas, setQuota, removeQuota,
  recordingRule, setRecordingRule, recordingHolds, holdRecording, releaseRecording,
  ...channelRoutes,
  audit, exportAudit, companyDevices, endCompanyDevice, endDevicesOf,
  companyOpeners, createOpener, changeOpener, orderOpeners, removeOpener,
  companySnippets, createSnippet, importSnippets, changeSnippet, orderSnippets, removeSnippet,
  ...outcomeRoutes,
} as const; // prettier-ignore
