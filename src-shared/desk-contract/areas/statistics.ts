import { z } from 'zod';
import { defineArea } from '../kit.ts';
import { channel, departmentName, duration, id, outcome, time } from './common.ts';

// 通话统计: what the calls of a time came to. From the desk's own rows, so it works offline; whose they may be is the role's to say.

const count = z.number().int().nonnegative();

/** Of outbound calls. */
const work = z.object({ dials: count, connects: count, talkMs: duration });
export type CallWork = z.output<typeof work>;

export const callFigures = z.object({
  total: work.extend({
    /** Of the connected ones, until they were answered. */
    waitMs: duration,
    /** Calls that came in, and how many of them nobody took. */
    inbound: count,
    missed: count,
  }),
  /** Days in Beijing that had a call, in their order; by their midnight, ms. */
  days: z.array(work.extend({ day: time })),
  /** 24 of them. */
  hours: z.array(work.extend({ hour: z.number().int().min(0).max(23) })),
  channels: z.array(work.extend({ channel })),
  /** Cards of desk phones: whose phone, in which slot, and the last digits of the card's number where this desk has seen it. */
  cards: z.array(
    work.extend({
      employeeId: id,
      slot: z.number().int(),
      operator: z.string().nullable(),
      cardEnd: z.string().nullable(),
    }),
  ),
  /** Of connected calls by meaning; null = none was given. `own`: those of them that are one of the company's, by its id. */
  outcomes: z.array(z.object({ outcome: outcome.nullable(), count, own: z.array(z.object({ outcomeId: id, count })) })),
  /** Openers that were played, the most used first. */
  openers: z.array(
    z.object({
      name: z.string(),
      /** Calls in which it was heard. */
      calls: count,
      /** Of those, cut into. */
      cutIns: count,
      /** Of those, 有意向 in the end. */
      interested: count,
      /** Heard on average. */
      heardMs: duration,
      /** In which customers hung up while it played. */
      left: count,
      /** Second by second, as far as anybody heard it: to how many it played until there, and how many of them hung up in it. */
      seconds: z.array(z.object({ heard: count, left: count })),
    }),
  ),
});
export type CallFigures = z.output<typeof callFigures>;

export const callFiguresQuery = z.object({
  /** From ≤ begin of a call < below, ms; null = no bound. */
  from: time.nullable(),
  below: time.nullable(),
  /** Null = of everybody whom this person sees. */
  employeeId: id.nullable(),
  /** Of people who work there now, by its name; '' = in no department, null = wherever. */
  department: departmentName.nullable(),
});
export type CallFiguresQuery = z.output<typeof callFiguresQuery>;

export const statisticsArea = defineArea({
  commands: { 'statistics.calls': { in: callFiguresQuery, out: callFigures, errors: [] } },
  streams: {},
});
