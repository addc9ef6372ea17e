import type { CallSortKey } from '#shared/desk-contract/areas/calls.ts';
import { callResults, channels, directions, outcomes } from '#shared/domain/vocabulary.ts';
import { CodeColumn, NumberColumn, WordColumn } from '../../../columns/numbers.ts';
import { TextColumn } from '../../../columns/text.ts';
import { searchText } from '../../../search/text.ts';
import { resultOf } from '../call-view.ts';
import { secondOfLeaving, type CallFacts, type PlayedOpener } from './facts.ts';

/** What the list of calls is filtered and sorted by, and what figures are counted over, of every call, at the place of its row number in the database. */
export class CallColumns {
  readonly present = new CodeColumn(Uint8Array);
  readonly started = new NumberColumn(Float64Array);
  readonly employee = new WordColumn();
  /** Customer and contact, normalised. */
  readonly names = new TextColumn();
  /** Place in `channels`, as in `directions`. */
  readonly channel = new CodeColumn(Uint8Array);
  readonly direction = new CodeColumn(Uint8Array);
  /** Place in `callResults` + 1; 0 = none yet, or nobody knows. */
  readonly result = new CodeColumn(Uint8Array);
  /** Place in `outcomes` + 1; 0 = none. */
  readonly outcome = new CodeColumn(Uint8Array);
  readonly ownOutcome = new WordColumn();
  /** 1 = over, and something is still to be filled in. */
  readonly incomplete = new CodeColumn(Uint8Array);
  readonly ended = new NumberColumn(Uint8Array);
  readonly answered = new NumberColumn(Uint8Array);
  /** ms + 1 until it was answered or over; 0 = nobody knows. */
  readonly wait = new NumberColumn(Uint32Array);
  /** ms + 1; 0 = nobody was spoken to, or it goes on. */
  readonly talk = new NumberColumn(Float64Array);
  /** Of the desk phone: whose, slot, operator, last digits of the card, as `readCard` reads it. */
  readonly card = new WordColumn();
  /** Name of the opener that was played. */
  readonly opener = new WordColumn();
  /** ms of it that were heard. */
  readonly heard = new NumberColumn(Uint32Array);
  readonly cutIn = new NumberColumn(Uint8Array);
  /** Second of the opener in which the customer hung up, from 1; 0 = not while it played. */
  readonly left = new NumberColumn(Uint8Array);

  /** @returns what lists are sorted by that is another one now, and whether anything is */
  set(row: number, facts: CallFacts): { readonly sorts: readonly CallSortKey[]; readonly changed: boolean } {
    const answered = facts.answered_at !== null;
    const talkMs = answered ? facts.talk_ms : null;
    const sorts: CallSortKey[] = [];
    const isAtAnotherTime = this.started.set(row, facts.started_at);
    if (isAtAnotherTime) sorts.push('newest');
    if (this.names.set(row, searchText(facts.customer_name ?? '', facts.contact_name))) sorts.push('name');
    if (this.wait.set(row, facts.wait_ms === null ? 0 : facts.wait_ms + 1)) sorts.push('wait');
    if (this.talk.set(row, talkMs === null ? 0 : talkMs + 1)) sorts.push('talk');
    // Among equal ones these go by time.
    if (this.employee.set(row, facts.employee_id) || isAtAnotherTime) sorts.push('employee');
    if (this.setResult(row, facts) || isAtAnotherTime) sorts.push('result');
    if (this.setOutcome(row, facts) || isAtAnotherTime) sorts.push('outcome');
    const others = [
      this.present.set(row, 1),
      this.channel.set(row, channels.indexOf(facts.channel)),
      this.direction.set(row, directions.indexOf(facts.direction)),
      this.ended.set(row, facts.state === 'ended' ? 1 : 0),
      this.incomplete.set(row, facts.state === 'ended' && (facts.missing ?? '') !== '' ? 1 : 0),
      this.answered.set(row, answered ? 1 : 0),
    ];
    // Of these there are figures and no lists: nothing that was found is another one.
    this.card.set(row, facts.card);
    this.setOpener(row, facts);
    return { sorts, changed: sorts.length > 0 || others.includes(true) };
  }

  private setResult(row: number, facts: CallFacts): boolean {
    const result = resultOf(facts);
    return this.result.set(row, result === null ? 0 : callResults.indexOf(result) + 1);
  }

  private setOutcome(row: number, { outcome, outcome_id: own }: CallFacts): boolean {
    const isOther = this.outcome.set(row, outcome === null ? 0 : outcomes.indexOf(outcome) + 1);
    return this.ownOutcome.set(row, own) || isOther;
  }

  private setOpener(row: number, { opener, end_cause: cause }: CallFacts): void {
    const played = opener === null ? null : (JSON.parse(opener) as PlayedOpener);
    this.opener.set(row, played?.[0] ?? null);
    this.heard.set(row, played?.[1] ?? 0);
    this.cutIn.set(row, (played?.[2] ?? null) === null ? 0 : 1);
    this.left.set(row, played ? secondOfLeaving(played, cause) : 0);
  }
}

/** A card of a desk phone as far as records tell it: calls of other desks come without the number of the card. */
export interface CallCard {
  readonly employeeId: string;
  readonly slot: number;
  readonly operator: string | null;
  /** Last four digits of the card's number (ICCID); null = not known. */
  readonly cardEnd: string | null;
}

/** Of the word by which its column knows it: slot, whose, end of its number, operator. */
export function readCard(word: string): CallCard {
  const [slot = '', employeeId = '', cardEnd = '', ...operator] = word.split(' ');
  return { employeeId, slot: Number(slot), operator: operator.join(' ') || null, cardEnd: cardEnd || null };
}
