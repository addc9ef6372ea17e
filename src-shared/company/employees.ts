import { z } from 'zod';
import { uuidPattern } from '../base/ids.ts';
import * as words from '../domain/vocabulary.ts';

// Shapes of administration that both contracts speak: a desk passes them on between window and cloud and keeps nothing.

const id = z.string().regex(uuidPattern);
const time = z.number().int();

/** What people type, without the spaces around it. */
const line = (max: number) => z.string().trim().min(1).max(max);

export const departmentFields = { name: line(40) };
export const departmentShape = {
  id,
  name: z.string(),
  /** Who works in it; whose account is disabled counts too. */
  employees: z.number().int().nonnegative(),
};

/** Unique in the whole cloud, and without spaces: it is typed at sign-in. */
export const accountName = z.string().trim().min(2).max(60).regex(/^\S+$/);

export const employeeFields = {
  name: line(40),
  role: z.enum(words.roles),
  /** Null = in no department. */
  departmentId: id.nullable(),
};
export const employeeShape = {
  id,
  name: z.string(),
  account: z.string(),
  role: z.enum(words.roles),
  departmentId: id.nullable(),
  departmentName: z.string().nullable(),
  disabled: z.boolean(),
  /** Has a one-time password, and has not signed in with it yet. */
  mustChangePassword: z.boolean(),
  /** On any device; null = never. */
  lastSeenAt: time.nullable(),
};

/** Which employees: part of a name or account, one department, in order of name. */
export const employeesQuery = {
  search: z.string().trim().max(60).optional(),
  departmentId: id.optional(),
};
export const newEmployeeFields = { ...employeeFields, account: accountName };
/** What is changed; the rest stays. */
export const employeePatch = {
  name: employeeFields.name.optional(),
  role: employeeFields.role.optional(),
  departmentId: employeeFields.departmentId.optional(),
  disabled: z.boolean().optional(),
};
/** Good for one sign-in, which has to bring a password of the person's own. Told once and kept nowhere. */
export const oneTimePassword = { password: z.string() };
