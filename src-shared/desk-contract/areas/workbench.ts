import { z } from 'zod';
import { suggestionKinds } from '../../domain/workbench.ts';
import { numberLists } from '../../domain/number-lists.ts';
import { defineArea } from '../kit.ts';
import { duration, id } from './common.ts';

// 工作台: how a person's day is, and what they do next. Their own, whatever their role; from the desk's own rows, so it works offline.

const count = z.number().int().nonnegative();
const dayFigures = {
  dials: count,
  connects: count,
  talkMs: duration,
  /** Connected calls with the outcome 有意向. */
  interested: count,
};

/** One that a suggestion is about. What is not known is null. */
const subject = z.object({
  name: z.string().nullable(),
  leadId: id.nullable(),
  /** E.164; the window masks it by setting. */
  number: z.string().nullable(),
  callId: id.nullable(),
});
export type SuggestionSubject = z.output<typeof subject>;

export const suggestion = z.object({
  kind: z.enum(suggestionKinds),
  count,
  /** The first of them, three at most, where they have names. */
  subjects: z.array(subject),
  /** Of `reviews`: which list has the most. */
  list: z.enum(numberLists).nullable(),
});
export type DeskSuggestion = z.output<typeof suggestion>;

/** What leads a suggestion is about, where it is about many. */
export const suggestedLeads = ['taken-back', 'unplanned', 'never-called'] as const;
export type SuggestedLeads = (typeof suggestedLeads)[number];

export const workbench = z.object({
  /** Since midnight in Beijing; calls that are under way are in it. */
  today: z.object(dayFigures),
  /** The median of the person's last days at this time of day (domain/workbench.ts); null = there are too few. */
  usual: z.object({ ...dayFigures, rate: z.number().min(0).max(1).nullable(), days: count }).nullable(),
  /** The most pressing first; null = the leads are still being read. */
  suggestions: z.array(suggestion).nullable(),
});
export type Workbench = z.output<typeof workbench>;

export const workbenchArea = defineArea({
  commands: {},
  streams: {
    /** Told anew when anything of it has changed, within a second. */
    'workbench.now': { args: z.null(), item: workbench, resume: 'latest' },
  },
});
