import { z } from 'zod';
import { checkProviderShape } from '../../company/number-checks.ts';
import { ownQuotaShape } from '../../company/quotas.ts';
import { defineArea } from '../kit.ts';
import { cloudRefusals, numberCheck, problem } from './common.ts';
import { someLeads } from './leads.ts';

const count = z.number().int().nonnegative();

const wish = z.object({
  /** Whose numbers: `mostCheckedLeads` of a list at most. */
  what: someLeads,
  /** The numbers of other contacts, too. */
  contacts: z.boolean(),
  /** Those whose last finding still holds, too. */
  force: z.boolean(),
});
export type CheckWish = z.output<typeof wish>;

/** What a run would be, by what this desk knows; the cloud has the last word. */
export const checkPlan = z.object({
  leads: count,
  /** The list is longer than what one run takes. */
  cut: z.boolean(),
  /** Different numbers of them. */
  numbers: count,
  /** Numbers of other contacts, whether they are to be checked or not. */
  contactNumbers: count,
  /** Leads without a number, and leads that the cloud has not got yet. */
  without: count,
  waiting: count,
  /** Numbers whose last finding still holds; that nobody can be asked for; and what is left: as many are asked for. */
  fresh: count,
  unsupported: count,
  ask: count,
  provider: z.object(checkProviderShape),
  /** What is left to this person; empty where nothing limits it. */
  quotas: z.array(z.object(ownQuotaShape)),
});
export type CheckPlan = z.output<typeof checkPlan>;

export const checkRun = z.object({
  /** `running`; `done`: all of it; `stopped`: by the person; `failed`: by `problem`. What was found stays in any case. */
  state: z.enum(['running', 'done', 'stopped', 'failed']),
  provider: z.object(checkProviderShape),
  /** Numbers that were to be asked for, and that have been gone through. */
  numbers: count,
  done: count,
  found: z.array(z.object({ state: numberCheck, count })),
  /** Of those gone through: what held already, what a colleague has checked at this moment, what cannot be checked. */
  fresh: count,
  busy: count,
  unsupported: count,
  /** Not that lead’s number any more, or not answered by the provider: as they were, and unpaid. */
  left: count,
  problem: problem.nullable(),
});
export type CheckRun = z.output<typeof checkRun>;

/** 号码检测 (docs/decisions/0028-number-checks.md). */
export const numberChecksArea = defineArea({
  commands: {
    /** Online only: the cloud says who is asked and what is left. */
    'numberChecks.plan': {
      in: wish,
      out: checkPlan,
      errors: [...cloudRefusals, 'number-check.cloud-too-old'],
      deadline: 60_000,
    },
    /** Goes on by itself; one at a time at this desk. */
    'numberChecks.start': {
      in: wish,
      out: z.null(),
      errors: [...cloudRefusals, 'number-check.cloud-too-old', 'number-check.running'],
      deadline: 60_000,
    },
    /** No further numbers are asked for. What was asked already is found all the same, and comes by itself. */
    'numberChecks.stop': { in: z.null(), out: z.null(), errors: [] },
    /** One that is over has been seen. */
    'numberChecks.dismiss': { in: z.null(), out: z.null(), errors: [] },
  },
  streams: {
    /** Null = none, or it was seen. */
    'numberChecks.run': { args: z.null(), item: checkRun.nullable(), resume: 'latest' },
  },
});
