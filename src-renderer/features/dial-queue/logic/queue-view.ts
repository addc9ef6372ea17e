import type { QueueEntryView, QueueState } from '#shared/desk-contract/areas/dial-queue.ts';

/** What a person can ask of a queue. `fold`: put its panel away until they want it again. */
export type QueueDeed =
  | 'start'
  | 'resume'
  | 'pause'
  | 'stop'
  | 'confirm'
  | 'skip'
  | 'change'
  | 'continue-now'
  | 'keep-wrapping'
  | 'fold';

type Stand = Pick<QueueState, 'phase' | 'pause' | 'over' | 'entry'>;

/** What means something now: the engine would refuse the rest (`queue.not-now`). */
export function deedsOf({ phase, pause, over, entry }: Stand): ReadonlySet<QueueDeed> {
  if (over) return new Set();
  const deeds = new Set<QueueDeed>(['stop', 'change']);
  if (phase === 'idle') deeds.add('start');
  else deeds.add(pause ? 'resume' : 'pause');
  if (phase === 'previewing') deeds.add('confirm');
  if (phase === 'wrap-up') deeds.add('keep-wrapping');
  if (phase === 'wrap-up' || phase === 'holding') deeds.add('continue-now');
  if (phase !== 'dialling' && entry) deeds.add('skip');
  if (phase === 'idle' || phase === 'paused' || phase === 'waiting') deeds.add('fold');
  return deeds;
}

/** The one line that says what goes on; a key below `dial-queue.now`. */
export function nowKey({ phase, pause, over, problem }: Stand & Pick<QueueState, 'problem'>): string {
  if (phase !== 'dialling') return phase === 'waiting' ? (problem ? 'waiting-line' : 'waiting-retry') : phase;
  if (over) return 'ending';
  return pause ? 'pausing' : 'dialling';
}

export interface QueueProgress {
  /** Nobody calls them any more. */
  readonly done: number;
  /** Still to be called, now or later. */
  readonly left: number;
  /** 0…1. */
  readonly share: number;
}

export function progressOf({ counts, total }: Pick<QueueState, 'counts' | 'total'>): QueueProgress {
  const left = counts.waiting + counts.retry;
  const done = total - left - counts.dialling;
  return { done, left, share: total === 0 ? 0 : done / total };
}

/** Where a problem of the phone, the cards or the line is mended; null = not at a page. */
export function pageOf(code: string): '/phone' | '/settings/sip' | null {
  if (/^(phone|sim|call-sound)\./.test(code)) return '/phone';
  return code.startsWith('sip.') ? '/settings/sip' : null;
}

/** Why it is paused, and what helps besides going on. */
export interface PauseWords {
  /** Below `dial-queue.pause`. */
  readonly key: string;
  readonly page: ReturnType<typeof pageOf>;
}

export function pauseWords(pause: NonNullable<QueueState['pause']>): PauseWords {
  if (pause.by === 'person') return { key: 'person', page: null };
  const { reason, problem } = pause;
  if (reason === 'line-lost') return { key: reason, page: '/phone' };
  return { key: reason, page: problem ? pageOf(problem.code) : null };
}

export type EntryTone = 'neutral' | 'ok' | 'warn' | 'bad' | 'info';

/** How one customer of a queue stands, in a word of `dial-queue.entry`. */
export function entryTone({ state }: Pick<QueueEntryView, 'state'>): EntryTone {
  const tones = {
    waiting: 'neutral',
    retry: 'warn',
    dialling: 'info',
    done: 'ok',
    skipped: 'neutral',
    'gave-up': 'neutral',
    refused: 'bad',
  } as const;
  return tones[state];
}

/** What may still be done with one that is in the list. */
export function entryDeed({ state }: Pick<QueueEntryView, 'state'>, over: boolean): 'remove' | 'skip' | null {
  if (over) return null;
  if (state === 'waiting') return 'remove';
  return state === 'retry' ? 'skip' : null;
}

/** What a row of the list opens: the record of the latest call, else the lead; null = both are gone. */
export const rowTarget = ({ callId, leadId, companyName }: QueueEntryView): string | null => {
  if (callId !== null) return `/calls?open=${callId}`;
  return companyName === null ? null : leadTarget({ leadId });
};
export const leadTarget = ({ leadId }: Pick<QueueEntryView, 'leadId'>): string => `/leads?open=${leadId}`;

/** Groups of the list; `left` are those that are still to be called. */
export const entryGroups = {
  all: [],
  left: ['waiting', 'retry', 'dialling'],
  done: ['done'],
  'gave-up': ['gave-up'],
  refused: ['refused'],
  skipped: ['skipped'],
} as const satisfies Record<string, readonly QueueEntryView['state'][]>;
export type EntryGroup = keyof typeof entryGroups;

export const groupCount = (group: EntryGroup, { counts, total }: Pick<QueueState, 'counts' | 'total'>): number =>
  group === 'all' ? total : entryGroups[group].reduce((sum, state) => sum + counts[state], 0);
