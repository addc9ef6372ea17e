import { z } from 'zod';
import { listingRequest } from '../../company/number-lists.ts';
import { listingStates } from '../../domain/number-lists.ts';
import { defineArea } from '../kit.ts';
import { id, listWindow, numberFaults, revision, time } from './common.ts';

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

/** 生效中: what bars a number here now; 我的申请: what this person has asked for, whatever became of it. */
export const listingViews = ['in-force', 'own'] as const;
export type ListingView = (typeof listingViews)[number];

/** One entry of a list, as a page of it shows it. */
export const listedNumber = z.object({
  id,
  ...numberListing.shape,
  /** Of a colleague's request an agent is told the head and the last digits alone, as `formatNumber` masks them. */
  number: z.string(),
  /** Whether it is told so. */
  hidden: z.boolean(),
  /** Who this desk knows at that number; null = nobody. */
  customer: z.string().nullable(),
  /** What was done with it here has not reached the cloud yet. */
  waiting: z.boolean(),
});
export type ListedNumber = z.output<typeof listedNumber>;

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
    /** A page of a list, newest first. */
    'numbers.list': {
      in: z.object({
        list: listingRequest.list,
        view: z.enum(listingViews),
        /** The number, its first or its last digits, as people type them. */
        search: z.string().trim().max(40).optional(),
        ...listWindow,
      }),
      out: z.object({ rows: z.array(listedNumber), total: z.number().int().nonnegative() }),
      errors: [],
    },
    /** Takes back what this person has asked for and nobody has decided yet. A decision that was faster stands (`sync.problems`). */
    'numbers.withdraw': { in: z.object({ id }), out: z.null(), errors: ['not-found', 'listing.decided', 'disk.full'] },
    /** What there is about a number: in force, waiting, or decided about this person's own requests. Newest first. */
    'numbers.listings': {
      in: z.object({ number: z.string().max(60) }),
      out: z.object({ listings: z.array(numberListing) }),
      errors: [],
    },
  },
  streams: { 'numbers.changed': { args: z.null(), item: revision, resume: 'latest' } },
});
