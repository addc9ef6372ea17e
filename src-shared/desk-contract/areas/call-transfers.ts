import { z } from 'zod';
import * as c from './common.ts';

/** What goes on between these calls beyond talking. */
export const transferState = z.object({
  /** Under way: the other side of this call is being connected with that number. */
  running: z.object({ callId: c.id, number: z.string(), attended: z.boolean() }).nullable(),
  /** The call that was begun to talk about another one (咨询). */
  consultation: c.id.nullable(),
  /** 三方通话: both calls are spoken. */
  joined: z.boolean(),
  /** Nobody was reached to talk about this call: why, until something else is tried. */
  failed: z.object({ callId: c.id, number: z.string(), problem: c.problem }).nullable(),
  /** Why our two answered calls cannot be connected with each other (完成转接); null = nothing is known against it. */
  apart: c.problem.nullable(),
});
export type TransferState = z.output<typeof transferState>;

/** The other side of a call asks us to call somebody in its place; it may be gone by now. */
export const transferAsked = z.object({
  requestId: c.id,
  callId: c.id,
  /** Null = not told. */
  number: z.string().nullable(),
  /** The other side has talked with them already. */
  attended: z.boolean(),
  /** Then it is declined by itself. */
  until: c.time,
});
export type TransferAskedView = z.output<typeof transferAsked>;
