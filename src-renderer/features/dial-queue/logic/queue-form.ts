import type { QueueState } from '#shared/desk-contract/areas/dial-queue.ts';
import { clockTime, type CallHours } from '#shared/domain/call-rules.ts';
import type { QueueOrder } from '#shared/domain/queue-choice.ts';
import type { QueuePlan } from '#shared/domain/queue-entry.ts';

/** The form as it is filled in. */
export interface QueueDraft {
  readonly mode: QueuePlan['mode'];
  readonly order: QueueOrder;
  /** See `wayKey`. */
  readonly way: string;
  readonly wrapUpSeconds: number;
  readonly tries: number;
  readonly retryMinutes: number;
  readonly retryOrder: QueuePlan['retryOrder'];
  readonly limited: boolean;
  readonly hours: CallHours;
}

/** By what the calls go, as a choice of a list: `usual`, `desk-phone`, `slot-2`, `sip`, `line-<id>`. */
export function wayKey({ channel, slot, lineId }: QueuePlan['way']): string {
  if (slot !== null) return `slot-${slot}`;
  if (lineId !== null) return `line-${lineId}`;
  return channel ?? 'usual';
}

export function wayOf(key: string): QueuePlan['way'] {
  const none = { channel: null, slot: null, lineId: null };
  const [, slot] = /^slot-([1-5])$/.exec(key) ?? [];
  if (slot !== undefined) return { ...none, channel: 'desk-phone', slot: Number(slot) };
  const [, lineId] = /^line-(.+)$/.exec(key) ?? [];
  if (lineId !== undefined) return { ...none, channel: 'sip', lineId };
  return key === 'desk-phone' || key === 'sip' ? { ...none, channel: key } : none;
}

const usualHours: CallHours = { startMinute: 540, endMinute: 1080 };

/** As the last queue was made; a first one is the most careful: each call confirmed, nobody called twice. */
export function draftFrom(last: QueueState | null, wrapUpSeconds: number): QueueDraft {
  const first = { mode: 'preview', tries: 1, retryMinutes: 30, retryOrder: 'behind-new' } as const;
  const { mode, tries, retryMinutes, retryOrder } = last ?? first;
  return {
    ...{ mode, tries, retryMinutes, retryOrder, wrapUpSeconds },
    order: 'given',
    way: last ? wayKey(last.way) : 'usual',
    limited: Boolean(last?.window),
    hours: last?.window ?? usualHours,
  };
}

/** A time without a minute in it: the one thing in the form that can be wrong. */
export const hoursAreWrong = ({ limited, hours }: QueueDraft): boolean =>
  limited && hours.startMinute === hours.endMinute;

/** By what no choice stands for any more (a card that was taken out) nobody is called: then as the settings say. */
export const withKnownWay = (draft: QueueDraft, ways: readonly { readonly value: string }[]): QueueDraft => ({
  ...draft,
  way: ways.some(({ value }) => value === draft.way) ? draft.way : 'usual',
});

export function planOf(draft: QueueDraft): QueuePlan {
  const { mode, tries, retryMinutes, retryOrder, limited, hours, way } = draft;
  return { mode, tries, retryMinutes, retryOrder, window: limited ? { ...hours } : null, way: wayOf(way) };
}

/** What is another one in `after`: a change says no more than that, so that two windows do not take each other's back. */
export function changedIn(before: QueuePlan, after: QueuePlan): Partial<QueuePlan> {
  const entries = Object.entries(after) as [keyof QueuePlan, unknown][];
  return Object.fromEntries(entries.filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key])));
}

/** The usual values of a choice, and the one that is chosen already. */
export const choices = (usual: readonly number[], chosen: number): number[] =>
  [...new Set([...usual, chosen])].sort((a, b) => a - b);

/** Every half hour of the day, as an end up to 24:00. */
export const halfHours = (chosen: number, from: 0 | 30): { value: number; label: string }[] =>
  choices(
    Array.from({ length: 48 }, (_, at) => from + at * 30),
    chosen,
  ).map((value) => ({ value, label: clockTime(value) }));
