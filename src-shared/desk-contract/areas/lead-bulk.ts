import { z } from 'zod';
import { defineArea } from '../kit.ts';
import { id, problem, time } from './common.ts';
import { areParallel, leadGifts, shownLeads, someLeads } from './leads.ts';

/** Leads that one deed may be about: what stands behind them in a list stays as it is. */
export const mostBulkLeads = 5000;

const count = z.number().int().nonnegative();

/** 批量分配, 批量丢公海: what is to be done to many leads. */
export const leadBulkDeed = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('assign'), gifts: leadGifts(mostBulkLeads) }),
  z
    .object({ kind: z.literal('release'), ...shownLeads(mostBulkLeads), reason: z.string().trim().min(1).max(200) })
    .refine(areParallel),
]);
export type LeadBulkDeed = z.output<typeof leadBulkDeed>;

export const leadBulk = z.object({
  id,
  kind: z.enum(['assign', 'release']),
  /** `stopped`: by the person; what was done by then is done. `failed`: `problem` says why. */
  state: z.enum(['running', 'done', 'stopped', 'failed']),
  problem: problem.nullable(),
  startedAt: time,
  of: count,
  /** Done here, by whom they were given to; leads that were gone by then, somebody else’s, or nobody’s to give up, are passed over. */
  done: count,
  passed: count,
  people: z.array(z.object({ name: z.string(), count })),
  /** Of those that were done: the cloud has not answered, or has not taken it (`leads.refused` says why). */
  waiting: count,
  refused: count,
});
export type LeadBulk = z.output<typeof leadBulk>;

export const leadBulkArea = defineArea({
  commands: {
    /** Which leads those would be, as they stand now, in the order of their list, `mostBulkLeads` at most. */
    'leadBulk.look': {
      in: z.object({ what: someLeads }),
      out: z.object({
        leads: z.array(z.object({ id, ownerId: id.nullable() })),
        /** Of the whole list. */
        total: count,
      }),
      errors: [],
    },
    /** Goes on in the background, and through restarts; one at a time. What was shown beforehand is what is done. */
    'leadBulk.start': {
      in: z.object({ deed: leadBulkDeed }),
      out: z.null(),
      errors: ['access.denied', 'lead.receiver-disabled', 'lead.bulk-running', 'disk.full'],
    },
    'leadBulk.stop': { in: z.null(), out: z.null(), errors: ['disk.full'] },
    /** What came of it was read: it is told no more. */
    'leadBulk.seen': { in: z.null(), out: z.null(), errors: ['disk.full'] },
  },
  streams: {
    /** The one that runs, or the last one until it was seen. */
    'leadBulk.state': { args: z.null(), item: leadBulk.nullable(), resume: 'latest' },
  },
});
