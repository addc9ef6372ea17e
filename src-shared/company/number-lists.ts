import { z } from 'zod';
import { uuidPattern } from '../base/ids.ts';
import * as words from '../domain/number-lists.ts';

// 黑名单 and 无效列表, as both contracts speak of them.

const id = z.string().regex(uuidPattern);
const time = z.number().int();
const reason = z.string().trim().max(200);

export const numberList = z.enum(words.numberLists);

/** What somebody at a desk asks for. */
export const listingRequest = {
  id,
  list: numberList,
  /** As `readNumber` writes it. */
  number: z.string().regex(words.listedNumberPattern),
  reason,
  /** The call that it was seen in; null = none. */
  callId: id.nullable(),
  /** By the desk's clock. */
  requestedAt: time,
};

/** An entry that whoever administers makes, in force at once. */
export const newListing = {
  list: numberList,
  /** As people type numbers. */
  number: z.string().trim().min(1).max(60),
  reason,
  /** Null = for good. */
  expiresAt: time.nullable(),
};

export const listingDecision = {
  approve: z.boolean(),
  /** Why, for who asked. */
  note: reason,
  /** Of what is approved; null = for good. */
  expiresAt: time.nullable(),
};

/** Whose name is null is not for these eyes, or has none. */
export const listingShape = {
  id,
  list: numberList,
  number: z.string(),
  reason: z.string(),
  callId: id.nullable(),
  source: z.enum(words.listingSources),
  state: z.enum(words.listingStates),
  expiresAt: time.nullable(),
  requestedBy: z.string().nullable(),
  requestedAt: time,
  decidedBy: z.string().nullable(),
  decidedAt: time.nullable(),
  decisionNote: z.string(),
  /** Whether who asks may decide on it or take it off: managers do so with what their own department has asked for. */
  editable: z.boolean(),
};

export const listingsQuery = {
  list: numberList,
  state: z.enum(words.listingStates).optional(),
  /** Part of the number. */
  search: z.string().trim().max(40).optional(),
};
