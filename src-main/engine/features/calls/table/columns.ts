import { callResults, channels, directions, outcomes } from '#shared/domain/vocabulary.ts';
import { CodeColumn, NumberColumn, WordColumn } from '../../../columns/numbers.ts';
import { TextColumn } from '../../../columns/text.ts';
import { searchText } from '../../../search/text.ts';
import { resultOf } from '../call-view.ts';
import type { CallFacts } from './facts.ts';

/** What the list of calls is filtered and sorted by, of every call, at the place of its row number in the database. */
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
  /** ms + 1; 0 = nobody was spoken to, or it goes on. */
  readonly talk = new NumberColumn(Float64Array);

  /** @returns what the list is sorted by that is another one now, and whether anything is */
  set(row: number, facts: CallFacts): { readonly sorts: readonly ['newest'] | readonly []; readonly changed: boolean } {
    const moved = this.started.set(row, facts.started_at);
    const talked = facts.answered_at !== null && facts.talk_ms !== null;
    const result = resultOf(facts);
    const others = [
      this.present.set(row, 1),
      this.employee.set(row, facts.employee_id),
      this.names.set(row, searchText(facts.customer_name ?? '', facts.contact_name)),
      this.channel.set(row, channels.indexOf(facts.channel)),
      this.direction.set(row, directions.indexOf(facts.direction)),
      this.result.set(row, result === null ? 0 : callResults.indexOf(result) + 1),
      this.outcome.set(row, facts.outcome === null ? 0 : outcomes.indexOf(facts.outcome) + 1),
      this.ownOutcome.set(row, facts.outcome_id),
      this.incomplete.set(row, facts.state === 'ended' && (facts.missing ?? '') !== '' ? 1 : 0),
      this.talk.set(row, talked ? (facts.talk_ms ?? 0) + 1 : 0),
    ];
    return { sorts: moved ? ['newest'] : [], changed: moved || others.includes(true) };
  }
}
