import { z } from 'zod';
import { listingRequest } from '../../company/number-lists.ts';
import { listingStates } from '../../domain/number-lists.ts';
import { defineArea } from '../kit.ts';
import { numberFaults, revision, time } from './common.ts';

// 黑名单 and 无效列表 as a desk has them: what bars a number here, and what this person has asked for. Works offline.

/** One entry about a number. */
export const numberListing = z.object({
  list: listingRequest.list,
  state: z.enum(listingStates),
  reason: z.string(),
  /** Null = for good. */
  expiresAt: time.nullable(),
  requestedAt: time,
  /** Asked for by this person. */
  own: z.boolean(),
  /** What was said to this person when it was decided. */
  decisionNote: z.string(),
});
export type NumberListing = z.output<typeof numberListing>;

export const numberListsArea = defineArea({
  commands: {
    /** Asks whoever administers to put the number onto a list. Until they have, it can be dialled. */
    'numbers.request': {
      in: z.object({
        list: listingRequest.list,
        /** As it was typed, or dialled. */
        number: z.string().max(60),
        reason: listingRequest.reason,
        callId: listingRequest.callId,
      }),
      out: z.null(),
      errors: [...numberFaults, 'listing.not-a-customer', 'disk.full'],
    },
    /** What there is about a number: in force, waiting, or decided about this person's own requests. Newest first. */
    'numbers.listings': {
      in: z.object({ number: z.string().max(60) }),
      out: z.object({ listings: z.array(numberListing) }),
      errors: [],
    },
  },
  streams: { 'numbers.changed': { args: z.null(), item: revision, resume: 'latest' } },
});
