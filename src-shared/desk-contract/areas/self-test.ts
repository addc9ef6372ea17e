import { z } from 'zod';
import { defineArea } from '../kit.ts';
import { problem, time } from './common.ts';

/** 上岗自检, as far as a desk can see it: the phone, its five cards, the weakest signal, the sound's way there and back, the PC's clock, handset, F2. */
export const selfTestItems = [
  'phone',
  'sim-1',
  'sim-2',
  'sim-3',
  'sim-4',
  'sim-5',
  'signal',
  'sound',
  'clock',
  'hook',
  'cut-in-key',
] as const;
export type SelfTestItemId = (typeof selfTestItems)[number];

export const selfTestItem = z.object({
  id: z.enum(selfTestItems),
  /**
   * `asks`: a person has to do something now (lift the handset, press F2). `warned`: one can call, but look at it.
   * `skipped`: nothing to test here, or a person left it out.
   */
  state: z.enum(['waiting', 'running', 'asks', 'passed', 'warned', 'failed', 'skipped']),
  /** Why it is red or yellow; each code has one thing to do about it. */
  problem: problem.nullable(),
  /** What was seen, for the line's small print: bars, delayMs, operator … */
  facts: z.record(z.string(), z.json()),
});
export type SelfTestItem = z.output<typeof selfTestItem>;

export const selfTest = z.object({
  running: z.boolean(),
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  items: z.array(selfTestItem),
});
export type SelfTest = z.output<typeof selfTest>;

export const selfTestArea = defineArea({
  commands: {
    /** Begins anew; what an earlier run found is forgotten. */
    'selfTest.start': { in: z.null(), out: z.null(), errors: ['call.busy'] },
    /** Ends a run: what was not reached counts as left out. Nothing to do when none runs. */
    'selfTest.cancel': { in: z.null(), out: z.null(), errors: [] },
    /** A person's answer to an item that asks: it happened, or it shall be left out. */
    'selfTest.answer': {
      in: z.object({ item: z.enum(selfTestItems), answer: z.enum(['done', 'skip']) }),
      out: z.null(),
      errors: [],
    },
  },
  streams: {
    'selfTest.state': { args: z.null(), item: selfTest, resume: 'latest' },
  },
});
