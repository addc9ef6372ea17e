import { z } from 'zod';
import { outcomeRequirements } from '../../domain/outcome-set.ts';
import { defineArea } from '../kit.ts';
import { id, outcome } from './common.ts';

// 话后结果 and 通话话术 of the company as a desk has them. From the local database, so they hold offline.

export const outcomeChoice = z.object({
  /** Null = the product's, known by its meaning. */
  id: id.nullable(),
  /** Null = the product's own word for the meaning. */
  name: z.string().nullable(),
  meaning: outcome,
  active: z.boolean(),
  requires: z.array(z.enum(outcomeRequirements)),
});

export const outcomeSet = z.object({ mustChoose: z.boolean(), outcomes: z.array(outcomeChoice) });

export const outcomesArea = defineArea({
  commands: {
    /** One script with its text; blanks are as they were written. */
    'scripts.get': {
      in: z.object({ id }),
      out: z.object({ id, title: z.string(), text: z.string() }),
      errors: ['not-found'],
    },
  },
  streams: {
    /** In the order of their keys, the retired ones too; the product's until the company has made its own. */
    'outcomes.current': { args: z.null(), item: outcomeSet, resume: 'latest' },
    /** In their order; `rev` grows with each change of a text. */
    'scripts.all': {
      args: z.null(),
      item: z.object({ rev: z.number().int(), scripts: z.array(z.object({ id, title: z.string() })) }),
      resume: 'latest',
    },
  },
});
