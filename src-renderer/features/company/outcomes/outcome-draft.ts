import type { CompanyOutcomeSet } from '#shared/desk-contract/areas/company.ts';
import { outcomeBounds, type OutcomeRequirement } from '#shared/domain/outcome-set.ts';
import { outcomes, type Outcome } from '#shared/domain/vocabulary.ts';

/** One outcome as it is being written. */
export interface OutcomeDraft {
  readonly id: string;
  name: string;
  meaning: Outcome;
  active: boolean;
  requires: OutcomeRequirement[];
  /** Not in the cloud yet: its meaning is still to be chosen, and it may be dropped. */
  readonly isNew: boolean;
}

/** The set as it is written: of a company that has made none, the product's under new ids. */
export const draftOf = (
  set: CompanyOutcomeSet,
  newId: () => string,
  wordOf: (meaning: Outcome) => string,
): OutcomeDraft[] =>
  set.version > 0
    ? set.outcomes.map((one) => ({ ...one, requires: [...one.requires], isNew: false }))
    : outcomes.map((meaning) => ({
        id: newId(),
        name: wordOf(meaning),
        meaning,
        active: true,
        requires: [],
        isNew: true,
      }));

/** What is wrong with each, by id, and with all of them. */
export interface DraftFaults {
  readonly names: ReadonlyMap<string, 'missing' | 'same'>;
  readonly all: 'none-active' | 'too-many' | null;
}

export function faultsOf(drafts: readonly OutcomeDraft[]): DraftFaults {
  const active = drafts.filter((one) => one.active);
  const nameOf = ({ name }: OutcomeDraft): string => name.trim();
  const names = new Map<string, 'missing' | 'same'>();
  for (const one of drafts) {
    const same = active.filter((other) => nameOf(other) === nameOf(one));
    if (nameOf(one) === '') names.set(one.id, 'missing');
    else if (one.active && same.length > 1) names.set(one.id, 'same');
  }
  const all = active.length === 0 ? 'none-active' : active.length > outcomeBounds.active ? 'too-many' : null;
  return { names, all };
}

/** As the cloud takes it. */
export const wantedOf = (drafts: readonly OutcomeDraft[]): CompanyOutcomeSet['outcomes'] =>
  drafts.map(({ id, name, meaning, active, requires }) => ({ id, name: name.trim(), meaning, active, requires }));

/** The one at `at` in another place. */
export const movedTo = (drafts: readonly OutcomeDraft[], at: number, to: number): OutcomeDraft[] => {
  const [moved] = drafts.slice(at, at + 1);
  return moved ? drafts.toSpliced(at, 1).toSpliced(to, 0, moved) : [...drafts];
};
