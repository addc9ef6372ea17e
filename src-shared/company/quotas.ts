import { z } from 'zod';
import { uuidPattern } from '../base/ids.ts';
import { highestQuota, quotaKinds, quotaPeriods, quotaShares, quotaTargets } from '../domain/quotas.ts';
import { roles } from '../domain/vocabulary.ts';

// 配额, as both contracts speak of them (what each means: domain/quotas.ts).

const id = z.string().regex(uuidPattern);
const amount = z.number().int().min(0).max(highestQuota);
const count = z.number().int().nonnegative();

export const quotaRuleFields = {
  target: z.enum(quotaTargets),
  targetId: z.union([id, z.enum(roles)]),
  share: z.enum(quotaShares),
  kind: z.enum(quotaKinds),
  period: z.enum(quotaPeriods),
  amount,
};

export const quotaRuleShape = {
  id,
  ...quotaRuleFields,
  /** Of a department or person, as it is called now. */
  targetName: z.string().nullable(),
  /** Used up in the period that runs; null = each person’s own, see `people`. */
  spent: count.nullable(),
};

/** Who has used something in this month. */
export const quotaPersonShape = {
  employeeId: id,
  name: z.string(),
  departmentName: z.string().nullable(),
  kind: z.enum(quotaKinds),
  day: count,
  month: count,
  /** Null = none of their own. */
  dayLimit: count.nullable(),
  monthLimit: count.nullable(),
};

/** What is left to one person, of themselves, their department and their company. */
export const ownQuotaShape = {
  kind: z.enum(quotaKinds),
  period: z.enum(quotaPeriods),
  /** By the person. */
  spent: count,
  left: count,
  /** When the period ends. */
  renewsAt: z.number().int(),
};
