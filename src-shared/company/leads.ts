import { z } from 'zod';
import { uuidPattern } from '../base/ids.ts';

// What leads are made of, as both contracts speak of it.

/** 其他联系人 of a lead, beside its first one. */
export const leadContact = z.object({
  id: z.string().regex(uuidPattern),
  name: z.string().max(100),
  title: z.string().max(100),
  /** E.164 where it can be read so; may be empty. */
  phone: z.string().max(40),
  note: z.string().max(200),
});

/** What happened to a lead, as its timeline tells it. Open: a desk passes over kinds of a newer cloud. */
export const leadEvent = z.looseObject({
  /** One of `leadEventKinds`. */
  kind: z.string(),
  /** `released`: why; `recycledReason` when its rule took it. */
  reason: z.string().optional(),
  /** `assigned`: by name to whom it was given, and who had it before. */
  to: z.string().optional(),
  from: z.string().optional(),
  /** `stage`: which one it was, and is. */
  before: z.string().optional(),
  after: z.string().optional(),
  /** `called`: a call that is over, one of `directions`. Its id is that of what tells of it, its note the words beside it. */
  direction: z.string().optional(),
  /** One of `callResults`. */
  result: z.string().optional(),
  /** ms; absent = nobody answered. */
  talkMs: z.number().int().nonnegative().optional(),
  /** One of `outcomes`, and which of the company's it was. */
  outcome: z.string().optional(),
  outcomeId: z.string().optional(),
});
