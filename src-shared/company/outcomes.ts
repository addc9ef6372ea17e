import { z } from 'zod';
import { uuidPattern } from '../base/ids.ts';
import { outcomeBounds, outcomeRequirements } from '../domain/outcome-set.ts';
import { outcomes } from '../domain/vocabulary.ts';

// 话后结果 of the company, as both contracts speak of them (what each means: domain/outcome-set.ts).

const id = z.string().regex(uuidPattern);

export const companyOutcome = z.object({
  /** Made by who adds it. */
  id,
  name: z.string().trim().min(1).max(outcomeBounds.name),
  meaning: z.enum(outcomes),
  active: z.boolean(),
  requires: z.array(z.enum(outcomeRequirements)).max(outcomeRequirements.length),
});

export const outcomeSetFields = {
  mustChoose: z.boolean(),
  /** All of them in their order, the retired ones too. */
  outcomes: z.array(companyOutcome).max(outcomeBounds.all),
};

/** `base`: the version that its author had before them; 0 = none. */
export const outcomeSetEdit = { ...outcomeSetFields, base: z.number().int().nonnegative() };

/** `version` 0 = the company has made none: there are the product's. */
export const outcomeSetShape = { version: z.number().int().nonnegative(), ...outcomeSetFields };
