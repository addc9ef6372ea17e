import { z } from 'zod';
import { defineArea } from '../kit.ts';
import { id, listWindow, numberCheck, outcome, revision, time } from './common.ts';

export const leadRow = z.object({
  id,
  companyName: z.string(),
  contactName: z.string().nullable(),
  contactTitle: z.string().nullable(),
  /** E.164, e.g. +8615400000137. The window masks it by setting. */
  phone: z.string().nullable(),
  numberCheck,
  region: z.string().nullable(),
  industry: z.string().nullable(),
  /** 注册资本 in fen. */
  registeredCapital: z.number().int().nullable(),
  sample: z.boolean(),
  lastCallAt: time.nullable(),
  lastCallAnswered: z.boolean().nullable(),
  lastOutcome: outcome.nullable(),
  callCount: z.number().int(),
  /** When the pool’s rule takes this lead back from the person, once it is time to say so; null = nothing to say. */
  recycleAt: time.nullable(),
});
export type LeadRow = z.output<typeof leadRow>;

export const leadQuery = z.object({
  /** Part of the company name (2+ characters), of the contact, or the last digits of the number. */
  search: z.string().max(100).default(''),
  view: z.enum(['all', 'never-called', 'called', 'interested']).default('all'),
  sort: z.enum(['newest', 'name', 'capital', 'last-call']).default('newest'),
  descending: z.boolean().default(true),
});
export type LeadQuery = z.output<typeof leadQuery>;

export const leadsArea = defineArea({
  commands: {
    'leads.list': {
      in: z.object({ query: leadQuery, ...listWindow }),
      out: z.object({ rows: z.array(leadRow), total: z.number().int() }),
      errors: [],
    },
    'leads.get': {
      in: z.object({ id }),
      out: leadRow.extend({
        address: z.string().nullable(),
        legalPerson: z.string().nullable(),
        createdAt: time,
        /** When the pool’s rule took it back, while nobody has claimed it since. */
        recycledAt: time.nullable(),
        /** This person may delete it. */
        mayDelete: z.boolean(),
      }),
      errors: ['not-found'],
    },
    /** Gone here at once, and everywhere when the cloud has taken it; where it refuses the lead comes back (同步问题). */
    'leads.delete': {
      in: z.object({ id, reason: z.string().trim().max(200) }),
      out: z.null(),
      errors: ['not-found', 'access.denied'],
    },
  },
  streams: { 'leads.changed': { args: z.null(), item: revision, resume: 'latest' } },
});
