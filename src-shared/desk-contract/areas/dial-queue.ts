import { z } from 'zod';
import { callHours } from '../../company/call-rules.ts';
import { programPauses } from '../../domain/dial-queue.ts';
import { queuePhases } from '../../domain/dial-queue-view.ts';
import {
  entryStates,
  longestRetryMinutes,
  mostQueueEntries,
  mostTries,
  queueModes,
  retryOrders,
} from '../../domain/queue-entry.ts';
import { leftOutReasons, queueOrders, type LeftOutReason } from '../../domain/queue-choice.ts';
import { defineArea } from '../kit.ts';
import * as c from './common.ts';
import { leadQuery } from './leads.ts';
import { suggestedLeads } from './workbench.ts';

const position = z.number().int().nonnegative();
const leadIds = z.array(c.id).min(1).max(mostQueueEntries);

/** Whom a queue may be made of: leads by name, a whole list as a person has filtered and sorted it, or what 工作台 suggests. */
export const queueSource = z.discriminatedUnion('of', [
  z.object({ of: z.literal('leads'), ids: leadIds }),
  z.object({ of: z.literal('list'), query: leadQuery }),
  z.object({ of: z.literal('suggestion'), kind: z.enum(suggestedLeads) }),
]);
export type QueueSource = z.output<typeof queueSource>;

const count = z.number().int().nonnegative();
/** How far the look at a source is; `choice` null = it goes on. */
export const queueChoice = z.object({
  looked: count,
  of: count,
  choice: z
    .object({
      /** Whom the queue would call, in that order; `create` and `add` take them as they stand here. */
      leadIds: z.array(c.id).max(mostQueueEntries),
      /** What each means: domain/queue-choice.ts. */
      leftOut: z.object(
        Object.fromEntries(leftOutReasons.map((reason) => [reason, count])) as {
          [K in LeftOutReason]: typeof count;
        },
      ),
      /** Behind the last one that there was room for. */
      beyond: count,
    })
    .nullable(),
});
export type QueueChoiceState = z.output<typeof queueChoice>;

/** What was chosen when the queue was made, or since; what each means: domain/queue-entry.ts. */
const queuePlan = {
  mode: z.enum(queueModes),
  tries: z.number().int().min(1).max(mostTries),
  retryMinutes: z.number().int().min(0).max(longestRetryMinutes),
  retryOrder: z.enum(retryOrders),
  /** Minutes of the day in Beijing, within the company's call hours; null = as long as those are. */
  window: callHours.nullable(),
  /** By what its calls go; null = as the settings say, by the SIM policy, by the default line. */
  way: z.object({ channel: c.channel.nullable(), slot: c.slot.nullable(), lineId: c.id.nullable() }),
};

/** One customer in the queue, called by their place in it. */
export const queueEntryView = z.object({
  position,
  leadId: c.id,
  /** Null = the lead is gone. */
  companyName: z.string().nullable(),
  contactName: z.string().nullable(),
  /** E.164; the window masks it by setting. */
  phone: z.string().nullable(),
  state: z.enum(entryStates),
  tries: z.number().int(),
  /** Of the latest try, and how that went. */
  callId: c.id.nullable(),
  result: c.callResult.nullable(),
  /** Of `retry`: not before. */
  dueAt: c.time.nullable(),
  /** Why the gate let nobody call them, or not yet. */
  problem: c.problem.nullable(),
  /** When the person skipped them, or the gate refused them or put them off; null = neither, or a call has gone out since. */
  passedOverAt: c.time.nullable(),
});
export type QueueEntryView = z.output<typeof queueEntryView>;

/** One in the list of the queue, with what came of its latest try as its record says by now. */
export const queueEntryRow = queueEntryView.extend({
  /** Null = nobody has called them, or the record is gone. */
  call: z
    .object({
      startedAt: c.time,
      /** Null = nobody answered. */
      talkMs: c.duration.nullable(),
      outcome: c.outcome.nullable(),
      outcomeId: c.id.nullable(),
    })
    .nullable(),
});
export type QueueEntryRow = z.output<typeof queueEntryRow>;

/** Why it is paused. `problem`: of `refused`, what nobody can be called for. */
const queuePause = z.discriminatedUnion('by', [
  z.object({ by: z.literal('person'), reason: c.breakReason }),
  z.object({ by: z.literal('program'), reason: z.enum(programPauses), problem: c.problem.nullable() }),
]);

export const queueState = z.object({
  id: c.id,
  createdAt: c.time,
  ...queuePlan,
  phase: z.enum(queuePhases),
  /** It has been paused: also while the call of `dialling` goes on. */
  pause: queuePause.nullable(),
  /** It is over: also while its last call of `dialling` goes on. Nothing can be asked of it any more. */
  over: z.boolean(),
  /** `dialling`: who is called; `previewing`: who is on show; else who is next. Null = nobody is left. */
  entry: queueEntryView.nullable(),
  /** The call of `dialling`, once it has its record. */
  callId: c.id.nullable(),
  /** Of `wrap-up` and `waiting`: when it goes on by itself; null = when something happens. */
  until: c.time.nullable(),
  /** Of `waiting`: which card or line rests; null = a retry is not due yet. */
  problem: c.problem.nullable(),
  /** When the first of those in `retry` is due; null = there are none. */
  retryAt: c.time.nullable(),
  total: z.number().int(),
  /** Entries by state; together they are `total`. `done` = somebody answered. */
  counts: z.object(
    Object.fromEntries(entryStates.map((state) => [state, z.number().int()])) as {
      [K in (typeof entryStates)[number]]: z.ZodNumber;
    },
  ),
  /** The engine's wall clock when this was said: a window counts down from here by its own monotonic time. */
  now: c.time,
});
export type QueueState = z.output<typeof queueState>;

const troubles = ['queue.none', 'queue.not-now'] as const;
const steps = [...troubles, 'queue.on-break'] as const;

/** 批量外呼: one queue per person (product.md P1.9). It dials nobody but between `start` or `resume` and a pause. */
export const dialQueueArea = defineArea({
  commands: {
    /** In place of the last one, which must be finished. Called in the order of `leadIds`; who is named twice is called once. */
    'dialQueue.create': {
      in: z.object({ leadIds, ...queuePlan }),
      out: z.object({ queueId: c.id }),
      errors: ['queue.exists', 'disk.full'],
    },
    'dialQueue.start': { in: z.null(), out: z.null(), errors: steps },
    /** 继续, whoever had paused it. */
    'dialQueue.resume': { in: z.null(), out: z.null(), errors: steps },
    /** 暂停: a call that is under way goes on. */
    'dialQueue.pause': { in: z.object({ reason: c.breakReason }), out: z.null(), errors: troubles },
    /** 结束: for good; a call that is under way goes on. */
    'dialQueue.stop': { in: z.null(), out: z.null(), errors: troubles },
    /** 拨打 in mode preview. `position` = whom the person saw: refused where another one is on show by now. */
    'dialQueue.confirm': { in: z.object({ position }), out: z.null(), errors: troubles },
    /** 跳过 whoever is still to be called. */
    'dialQueue.skip': { in: z.object({ position }), out: z.null(), errors: troubles },
    /** 立即继续: ends 话后处理 and the rest between two calls. */
    'dialQueue.continueNow': { in: z.null(), out: z.null(), errors: [...troubles, 'call.incomplete'] },
    /** 继续整理: neither ends by itself. */
    'dialQueue.keepWrapping': { in: z.null(), out: z.null(), errors: troubles },
    /** Behind the others; who is in it already stays where they are. */
    'dialQueue.add': { in: z.object({ leadIds }), out: z.null(), errors: [...troubles, 'queue.full'] },
    /** 更改方式 from now on; what is not named stays. A call under way and retries that have their time keep to what they began by. */
    'dialQueue.change': { in: z.object(queuePlan).partial(), out: z.null(), errors: troubles },
    /** Whoever was never tried. */
    'dialQueue.remove': { in: z.object({ position }), out: z.null(), errors: troubles },
    'dialQueue.entries': {
      in: z.object({
        /** Empty = all. */ states: z.array(z.enum(entryStates)).max(entryStates.length),
        ...c.listWindow,
      }),
      out: z.object({ rows: z.array(queueEntryRow), total: z.number().int() }),
      errors: [],
    },
  },
  streams: {
    /** Null = there has never been one. */
    'dialQueue.state': { args: z.null(), item: queueState.nullable(), resume: 'latest' },
    /**
     * Whom a queue of this source would call, by what the desk knows at this moment: who is in the queue already is left out. Looked
     * through once, and given up when nobody listens any more. The gate has its own word at each dial.
     */
    'dialQueue.choice': {
      args: z.object({
        source: queueSource,
        order: z.enum(queueOrders),
        /** Whose number the check found dead, and who is followed by somebody else: called too. */
        dead: z.boolean(),
        colleagues: z.boolean(),
      }),
      item: queueChoice,
      resume: 'latest',
    },
  },
});
