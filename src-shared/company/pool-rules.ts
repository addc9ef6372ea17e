import { z } from 'zod';
import { uuidPattern } from '../base/ids.ts';
import { defaultPoolRules, poolBounds } from '../domain/pool-rules.ts';

// 公海规则, as both contracts speak of them (what each means: domain/pool-rules.ts).

const id = z.string().regex(uuidPattern);
const limit = (name: keyof typeof poolBounds) => z.number().int().min(1).max(poolBounds[name]).nullable();
const days = (name: keyof typeof poolBounds) => z.number().int().min(0).max(poolBounds[name]);

export const poolRulesFields = {
  claimsPerDay: limit('claimsPerDay'),
  holdLimit: limit('holdLimit'),
  formerOwnerDays: days('formerOwnerDays'),
  // Desks and clouds of before say neither this nor `keepWon`.
  newLeadClaimDays: days('newLeadClaimDays').default(defaultPoolRules.newLeadClaimDays),
  idleDays: limit('idleDays'),
  heldDays: limit('heldDays'),
  join: z.enum(['all', 'any']),
  newLeadDays: days('newLeadDays'),
  keepInterested: z.boolean(),
  keepWon: z.boolean().default(defaultPoolRules.keepWon),
  warnDays: days('warnDays'),
};

/** `base`: the version that its author had before them; 0 = none. */
export const poolRulesEdit = { ...poolRulesFields, base: z.number().int().nonnegative() };

export const poolRulesShape = {
  /** Of the department whose rules they are, or of the company. */
  id,
  /** Null = the company's, for whoever has no rules of their department's. */
  departmentId: id.nullable(),
  /** Grows with each change. */
  version: z.number().int().positive(),
  ...poolRulesFields,
};
