import type { ChannelEvent, Stamp } from '#shared/domain/call-channel.ts';
import type { Direction, EndCause, TimeSource } from '#shared/domain/vocabulary.ts';
import type { CallReport } from '../at/call-reports.ts';
import type { CallRow } from '../at/answers.ts';

export interface Instant {
  readonly mono: number;
  readonly wall: number;
}

/** What differs between makes in how far they can be believed. */
export interface LineRules {
  /** Reports carry the call's number, so that bare result words ("NO CARRIER") need not be believed at all (case 17). */
  readonly reportsName: boolean;
  /** False: neither list nor report tells an answer (case 20). */
  readonly showsAnswers: boolean;
}

/** One voice call of a modem, under our own id: the modem's index holds within one list only (research/hardware 1.5). */
export interface LineCall {
  readonly id: string;
  readonly direction: Direction;
  /** As dialled, or as the network tells it; null = withheld or not told yet. */
  readonly number: string | null;
  readonly phase: 'placing' | 'accepted' | 'dialing' | 'alerting' | 'incoming' | 'waiting' | 'active' | 'held';
  readonly answered: boolean;
  /** It may be listed from here on: ATD was accepted, or we heard of it. */
  readonly since: Instant;
  /** The last list that held it was asked for then; null = no list ever did. */
  readonly seen: Instant | null;
  readonly absentSince: Instant | null;
  /** In the last good list. */
  readonly index: number | null;
  /** A report that says "answered", waiting for the list to agree. */
  readonly toldAnswered: { readonly at: Instant; readonly source: TimeSource } | null;
  /** A report that names an end; `sure` = it named the call, or is the result of this call's own command. */
  readonly toldEnd: { readonly at: Instant; readonly cause: EndCause | null; readonly sure: boolean } | null;
  readonly hangUpAsked: boolean;
  readonly hangUpDone: Instant | null;
  /** Gone; only its cause is still asked for. */
  readonly closing: Stamp | null;
}

/** A bell that rang, as RING, +CRING, +CLIP and +CCWA tell it. It makes us look; alone it proves no call (case 28). */
interface Ring {
  readonly first: Instant;
  readonly last: Instant;
  readonly number: string | null;
  readonly waiting: boolean;
}

/** All voice calls of one modem that are not over, oldest first. */
export interface Line {
  readonly rules: LineRules;
  readonly calls: readonly LineCall[];
  readonly ring: Ring | null;
  /** When the last good list was asked for. */
  readonly looked: Instant | null;
  /** Names for calls that come in. */
  readonly serial: number;
}

export type LineInput =
  /** ATD is about to be written. */
  | { readonly type: 'dial'; readonly id: string; readonly number: string; readonly at: Instant }
  | { readonly type: 'dial-accepted'; readonly id: string; readonly at: Instant }
  | { readonly type: 'dial-refused'; readonly id: string; readonly cause: EndCause | null; readonly at: Instant }
  /** Hung up before its turn came: not one byte was written. */
  | { readonly type: 'dial-cancelled'; readonly id: string; readonly at: Instant }
  /** Its dialler was told of the failure by other means. */
  | { readonly type: 'forget'; readonly id: string }
  /** The modem carries it already; when it began is unknown. */
  | {
      readonly type: 'adopt';
      readonly id: string;
      readonly row: CallRow;
      readonly number: string | null;
      readonly at: Instant;
    }
  | { readonly type: 'answer-accepted'; readonly id: string; readonly at: Instant }
  | { readonly type: 'hang-up-asked'; readonly id: string }
  | { readonly type: 'hang-up-accepted'; readonly id: string; readonly at: Instant }
  /** A whole +CLCC answer: the truth of some moment between the two stamps. */
  | { readonly type: 'list'; readonly rows: readonly CallRow[]; readonly asked: Instant; readonly answered: Instant }
  /** `refused`: the modem has no such command. Else nothing is known, neither "there" nor "gone" (rule 3). */
  | { readonly type: 'list-failed'; readonly refused: boolean; readonly at: Instant }
  | { readonly type: 'report'; readonly report: CallReport; readonly at: Instant }
  | { readonly type: 'cause-read'; readonly id: string; readonly cause: EndCause | null }
  | { readonly type: 'lost'; readonly cause: 'device-lost' | 'device-reset'; readonly at: Instant };

export type LineOutput =
  | { readonly type: 'event'; readonly id: string; readonly event: ChannelEvent; readonly stamp: Stamp }
  /** Somebody calls; told again when the number becomes known. */
  | {
      readonly type: 'incoming';
      readonly id: string;
      readonly number: string | null;
      readonly waiting: boolean;
      readonly stamp: Stamp;
    }
  /** Look at +CLCC now. */
  | { readonly type: 'look' }
  /** Ask +CEER, and say `cause-read`. */
  | { readonly type: 'ask-cause'; readonly id: string };

export interface LineStep {
  readonly line: Line;
  readonly outputs: readonly LineOutput[];
}

export const emptyLine = (rules: LineRules): Line => ({ rules, calls: [], ring: null, looked: null, serial: 0 });

/** From a report of the modem to our stamp: one event loop turn, generously. */
const reportPrecisionMs = 20;

export const stampAt = (at: Instant, source: TimeSource): Stamp => ({ ...at, source, precisionMs: reportPrecisionMs });

/** It happened between two looks: the middle, give or take half (research/hardware case 22). */
export function between(from: Instant, to: Instant): Stamp {
  const half = Math.max(0, to.mono - from.mono) / 2;
  return { mono: to.mono - half, wall: Math.round(to.wall - half), source: 'clcc', precisionMs: Math.ceil(half) };
}

export const ringsHere = (call: LineCall): boolean => call.direction === 'inbound' && !call.answered;
