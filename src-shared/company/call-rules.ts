import { z } from 'zod';
import { uuidPattern } from '../base/ids.ts';
import { longestGapMinutes, mostDialsPerNumber, mostHolidays } from '../domain/call-rules.ts';

// 通话规则, as both contracts speak of them (what each means: domain/call-rules.ts).

const id = z.string().regex(uuidPattern);
const minute = z.number().int().min(0).max(1440);
/** A day without a minute in it is a day without calls, which is null. */
export const callHours = z
  .object({ startMinute: minute, endMinute: minute })
  .refine(({ startMinute, endMinute }) => startMinute !== endMinute);

/** A day that the calendar has: 2026-02-30 is none. */
const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine((text) => {
    const at = new Date(`${text}T00:00:00Z`);
    return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
  });
const holiday = z
  .object({ from: day, to: day, name: z.string().trim().max(20), hours: callHours.nullable() })
  .refine(({ from, to }) => from <= to);

export const callRulesFields = {
  week: z.array(callHours.nullable()).length(7),
  /** Rules of before holidays were known have none. */
  holidays: z.array(holiday).max(mostHolidays).readonly().default([]),
  dialsPerNumber: z.number().int().min(1).max(mostDialsPerNumber),
  gapMinutes: z.number().int().min(0).max(longestGapMinutes),
  record: z.boolean(),
  openers: z.boolean(),
};

/** `base`: the version that its author had before them; 0 = none. */
export const callRulesEdit = { ...callRulesFields, base: z.number().int().nonnegative() };

export const callRulesShape = {
  /** Of the department whose rules they are, or of the company. */
  id,
  /** Null = the company's, for whoever has no rules of their department's. */
  departmentId: id.nullable(),
  /** Grows with each change. */
  version: z.number().int().positive(),
  ...callRulesFields,
};
