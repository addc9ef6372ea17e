import { z } from 'zod';
import { uuidPattern } from '../base/ids.ts';
import { numberUsages } from '../domain/capability-numbers.ts';

// 能力号 and to whom they are bound, as both contracts speak of them (domain/capability-numbers.ts).

const id = z.string().regex(uuidPattern);
const typedNumber = z.string().trim().max(60);

/** As people type it; whoever it is bound to is one employee, or one department, or nobody yet. */
export const capabilityNumberFields = {
  number: typedNumber.min(1),
  /** 主叫接听号码; "" = the number itself. */
  answeringNumber: typedNumber,
  usage: z.enum(numberUsages),
  employeeId: id.nullable(),
  departmentId: id.nullable(),
  note: z.string().trim().max(200),
};
/** Part of the number, or of the name of who has it. */
export const capabilityNumbersQuery = { search: z.string().trim().max(60).optional() };
export const capabilityNumberShape = {
  id,
  /** Both numbers as `readNumber` writes them. */
  number: z.string(),
  answeringNumber: z.string(),
  usage: z.enum(numberUsages),
  employeeId: id.nullable(),
  employeeName: z.string().nullable(),
  departmentId: id.nullable(),
  departmentName: z.string().nullable(),
  note: z.string(),
};
