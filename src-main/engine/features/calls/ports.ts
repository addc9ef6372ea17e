import type { Disposable } from '#shared/base/dispose.ts';
import type { CallSound } from '#shared/domain/call-channel.ts';
import type { SimCaps } from '#shared/domain/sim-caps.ts';
import type { CardCall, CardDial } from '#shared/domain/sim-governor.ts';
import type { Outcome } from '#shared/domain/vocabulary.ts';
import type { RecordingReceipt } from '#shared/desk-contract/areas/calls.ts';
import type { WritableDb } from '#engine/database/handles.ts';

/** What a recorder is told when a call is answered (or found alive after a restart of the engine). */
export interface RecordingStart {
  readonly callId: string;
  /** Wall clock of the answer. */
  readonly answeredAt: number;
  /** ms from the answer to the first frame that will come: 0, or more for a call that was taken over after a restart. */
  readonly fromMs: number;
  readonly sound: CallSound;
}

/** Positions that a player shows. All in ms from the answer, which is where a recording starts. */
export type RecordingMark =
  | { readonly kind: 'opener-start'; readonly atMs: number }
  | { readonly kind: 'opener-end'; readonly atMs: number }
  | { readonly kind: 'cut-in'; readonly atMs: number };

/**
 * Both sides of a call on disk. Implementers MUST NOT throw: a recording that fails shows in its receipt and never
 * disturbs a call. `start` may come a second time for the same call after a restart: go on behind what is there.
 */
export interface RecordingPort {
  start(call: RecordingStart): void;
  mark(callId: string, mark: RecordingMark): void;
  /** @param talkMs talk time by the call machine, for the receipt's length check. */
  finish(callId: string, talkMs: number): void;
  /** Cheap (read for every row of a page). Null = this call has no recording. */
  receipt(callId: string): RecordingReceipt | null;
  /** A receipt changed after the call's end (sealed, uploaded …). */
  onReceipt(listener: (callId: string) => void): Disposable;
}

/** The opener as one call needs it. */
export interface OpenerForCall {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly durationMs: number;
  /** 16-bit mono at 8 kHz, decoded before; reading it is quick. */
  clip(): Int16Array;
}

export interface OpenerPort {
  /** The clip that plays at answer by the settings of this moment; null = none, the agent is live at once. */
  forCall(): OpenerForCall | null;
  /** `forCall` may answer differently now; told too often rather than too seldom. */
  onChange(listener: () => void): Disposable;
}

/**
 * Puts "this call changed" into the outbox. Called inside the transaction that changes the row, so that both are on
 * disk or neither is. Several entries for one call may be merged: the push reads the newest record.
 */
export type EnqueueChange = (db: WritableDb, callId: string) => void;

/** Tells the leads feature of a call to a lead, inside the transaction that changes the call; told again with newer facts. */
export type NoteLeadCall = (
  db: WritableDb,
  leadId: string,
  call: { readonly at: number; readonly answered: boolean; readonly outcome: Outcome | null },
) => void;

/** What the cards in this desk's phone have dialled, whoever was signed in (features/sims/card-dials.ts). */
export interface DialCounts {
  /** Dials of one card since `since`, for the governor. */
  of(card: string, since: number): CardCall[];
  /** Written when it returns, whatever ends the program. @throws AppError `disk.full` */
  placed(dial: CardDial): void;
  /** A call is over; one that no card is charged for changes nothing. Never throws. */
  ended(callId: string, call: Omit<CardCall, 'at'>): void;
  /** It was never dialled after all. Never throws. */
  withdraw(callId: string): void;
  /** What this person's records know: nothing is counted twice. Never throws. */
  takeOver(dials: readonly CardDial[]): void;
}

/** What people know of SIM cards. */
export interface CardPort {
  /** @param iccid null = an unknown card: the desk's caps hold */
  capsOf(iccid: string | null): SimCaps;
  /** As it was typed by hand; null = nobody did. */
  ownNumberOf(iccid: string): string | null;
}
/** The lead with this number; null = none. */
export type FindLeadByNumber = (e164: string) => (LeadFacts & { readonly id: string }) | null;

/** What a call takes over from its lead. */
export interface LeadFacts {
  readonly companyName: string;
  readonly contactName: string | null;
  readonly phone: string | null;
  /** 其他联系人. */
  readonly contacts: readonly { readonly name: string; readonly phone: string }[];
  readonly sample: boolean;
}

/** Who is at that number of a lead, E.164: one of its other contacts, or the first. */
export function contactAt({ phone, contactName, contacts }: LeadFacts, e164: string): string | null {
  if (e164 === phone) return contactName;
  return contacts.find((one) => one.phone === e164)?.name ?? contactName;
}
