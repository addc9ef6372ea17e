import type { LeadSortKey } from '#shared/desk-contract/areas/leads.ts';
import { leadStages, numberChecks, outcomes } from '#shared/domain/vocabulary.ts';
import { CodeColumn, NumberColumn, WordColumn } from '../../../columns/numbers.ts';
import { TextColumn } from '../../../columns/text.ts';
import type { LeadFacts } from './facts.ts';
import { searchText } from '../../../search/text.ts';

/** What lists are filtered and sorted by, of every lead, at the place of its row number in the database. */
export class LeadColumns {
  readonly present = new CodeColumn(Uint8Array);
  /** Company and contact, normalised. */
  readonly names = new TextColumn();
  /** Digits of the number, country code first; 0 = none. */
  readonly phone = new NumberColumn(Float64Array);
  readonly hasPhone = new CodeColumn(Uint8Array);
  /** Its last eight. */
  readonly phoneEnd = new NumberColumn(Int32Array);
  readonly check = new CodeColumn(Uint8Array);
  readonly region = new WordColumn();
  readonly industry = new WordColumn();
  /** Fen + 1; 0 = unknown. */
  readonly capital = new NumberColumn(Float64Array);
  readonly created = new NumberColumn(Float64Array);
  readonly owner = new WordColumn();
  readonly isPublic = new CodeColumn(Uint8Array);
  /** ms; 0 = never, or nobody knows. */
  readonly claimed = new NumberColumn(Float64Array);
  readonly released = new NumberColumn(Float64Array);
  readonly lastCall = new NumberColumn(Float64Array);
  readonly lastFollowUp = new NumberColumn(Float64Array);
  /** Place in `outcomes` + 1; 0 = none. */
  readonly outcome = new CodeColumn(Uint8Array);
  /** Place in `leadStages`. */
  readonly stage = new CodeColumn(Uint8Array);
  /** All tags of a lead as one word, as they are stored: few leads have other ones than others. */
  readonly tags = new WordColumn();
  readonly nextFollowUp = new NumberColumn(Float64Array);

  /** @returns what lists are sorted by that is another one now, and whether anything is */
  set(row: number, facts: LeadFacts): { readonly sorts: readonly LeadSortKey[]; readonly changed: boolean } {
    const sorts = ([
      ['newest', this.created.set(row, facts.createdAt)],
      ['name', this.names.set(row, searchText(facts.companyName, facts.contactName))],
      ['capital', this.capital.set(row, facts.registeredCapital === null ? 0 : facts.registeredCapital + 1)],
      ['last-call', this.lastCall.set(row, facts.lastCallAt ?? 0)],
      ['last-follow-up', this.lastFollowUp.set(row, facts.followedAt ?? 0)],
      ['claimed', this.claimed.set(row, facts.claimedAt ?? 0)],
      ['released', this.released.set(row, facts.releasedAt ?? 0)],
      ['next-follow-up', this.nextFollowUp.set(row, facts.nextFollowUpAt ?? 0)],
      ['owner', this.owner.set(row, facts.ownerId)],
    ] as const).flatMap(([sort, other]) => (other ? [sort] : [])); // prettier-ignore
    const others = [
      this.present.set(row, 1),
      this.setPhone(row, facts.phone === null ? 0 : Number(facts.phone.replace(/\D/g, ''))),
      this.check.set(row, numberChecks.indexOf(facts.numberCheck)),
      this.region.set(row, facts.region || null),
      this.industry.set(row, facts.industry || null),
      this.isPublic.set(row, facts.pool === 'public' ? 1 : 0),
      this.outcome.set(row, facts.lastOutcome === null ? 0 : outcomes.indexOf(facts.lastOutcome) + 1),
      this.stage.set(row, facts.stage === null ? 0 : leadStages.indexOf(facts.stage)),
      this.tags.set(row, facts.tags),
    ];
    return { sorts, changed: sorts.length > 0 || others.includes(true) };
  }

  private setPhone(row: number, digits: number): boolean {
    this.hasPhone.set(row, digits === 0 ? 0 : 1);
    this.phoneEnd.set(row, digits % 100_000_000);
    return this.phone.set(row, digits);
  }
}
