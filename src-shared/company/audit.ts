import { z } from 'zod';
import { uuidPattern } from '../base/ids.ts';
import { auditActions, auditSubjects } from '../domain/audit.ts';

// 审计日志, as both contracts speak of it.

const id = z.string().regex(uuidPattern);
const time = z.number().int();

/** A moment in a question, which comes as text in an address. */
const moment = z.coerce.number().int().min(0).max(8_640_000_000_000_000);

/** Which entries. What is not said does not narrow it down. */
export const auditFilter = {
  /** From this moment on, ms. */
  from: moment.optional(),
  /** Before this moment, ms. */
  until: moment.optional(),
  /** All actions of a group; `action` is narrower. */
  subject: z.enum(auditSubjects).optional(),
  action: z.enum(auditActions).optional(),
  /** Who did it. */
  employeeId: id.optional(),
  /** On what: a person, a recording, … */
  entityId: id.optional(),
  /** Part of the name of who did it or of what it is about, of the device, or the beginning of the address. */
  search: z.string().trim().max(60).optional(),
};

/** Where a page goes on, as the page before said it (`next`). */
export const auditCursor = z.string().regex(/^\d{1,16}\.[0-9a-f-]{36}$/);

const auditFields = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

/**
 * One entry. Action and entity are open: a desk of before shows those of a newer cloud by their codes.
 */
export const auditEntryShape = {
  id,
  at: time,
  action: z.string(),
  /** Who did it; of a lock-out whose account it is. */
  employeeId: id,
  employeeName: z.string().nullable(),
  entityType: z.string().nullable(),
  entityId: z.string(),
  /** As it was called then; of a recording whose call it is. */
  entityName: z.string().nullable(),
  /** Fields that changed, before and after. */
  details: z
    .object({
      before: auditFields.optional(),
      after: auditFields.optional(),
    })
    .nullable(),
  /** IP address that asked. */
  address: z.string().nullable(),
  deviceName: z.string().nullable(),
};
export const auditEntry = z.looseObject(auditEntryShape);
export type AuditEntryView = z.output<typeof auditEntry>;

export const auditPageShape = {
  /** Newest first. May be fewer than asked for, even none, where a search has looked at as many as it may at once. */
  entries: z.array(auditEntry),
  /** Null = that is all. */
  next: z.string().nullable(),
  /** Of a page that ended before it was full: how far back was looked, ms. */
  searchedTo: time.nullable(),
};

/** In which words, and by whose clock. */
export const auditExportWords = {
  locale: z.enum(['zh-CN', 'en']),
  /** IANA time zone, e.g. Asia/Shanghai. */
  zone: z.string().max(60).regex(/^[\w+\-/]+$/),
}; // prettier-ignore
