import { z } from 'zod';
import { checkProviderShape } from '../company/number-checks.ts';
import { ownQuotaShape } from '../company/quotas.ts';
import { checkedAtOnce } from '../domain/number-check.ts';
import { numberChecks } from '../domain/vocabulary.ts';
import { defineRoute, errorBody } from './kit.ts';
import { id, text } from './rows.ts';

const count = z.number().int().nonnegative();

export const numberCheckOffer = defineRoute({
  method: 'GET',
  path: '/v1/number-checks',
  summary: 'Who checks numbers for this cloud, and what is left to the person who asks, where it is limited',
  auth: 'user',
  reply: z.looseObject({
    provider: z.looseObject(checkProviderShape),
    quotas: z.array(z.looseObject(ownQuotaShape)),
  }),
  errors: [],
});

export const checkNumbers = defineRoute({
  method: 'POST',
  path: '/v1/number-checks',
  summary:
    '号码检测 of numbers of leads that the person sees. What was found stands in the change stream, at every lead with that number. Numbers whose last finding still holds, or that somebody else has checked at this moment, are not asked for again and cost nothing',
  auth: 'user',
  body: z.object({
    items: z
      .array(z.object({ leadId: id, number: text(40) }))
      .min(1)
      .max(checkedAtOnce),
    /** Also those whose last finding still holds. */
    force: z.boolean(),
  }),
  reply: z.looseObject({
    /** What was found now; each of them but `malformed` was taken from the quota, unless the provider is `local`. */
    found: z.array(z.looseObject({ number: z.string(), state: z.enum(numberChecks) })),
    /** Numbers whose last finding still holds. */
    fresh: count,
    /** … that somebody else has asked for and not been answered yet. */
    busy: count,
    /** … that the provider knows nothing of: landlines, service numbers. */
    unsupported: count,
    /** … that are not, or no longer, of that lead, or of a lead that the person does not see. */
    missing: count,
    /** What ended it before all were asked for; what was found until then stays, and what was not costs nothing. */
    problem: errorBody.shape.error.nullable(),
  }),
  errors: [],
});
