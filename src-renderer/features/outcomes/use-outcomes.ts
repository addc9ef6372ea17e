import { computed, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';
import {
  builtInOutcomes,
  choiceOf,
  type CallGap,
  type ChosenOutcome,
  type OutcomeChoice,
  type OutcomeSet,
} from '#shared/domain/outcome-set.ts';
import { useStream } from '#renderer/app/desk.ts';

export interface Outcomes {
  readonly set: ComputedRef<OutcomeSet>;
  /** Those that may be chosen, in the order of their keys. */
  readonly choices: ComputedRef<readonly OutcomeChoice[]>;
  /** Whether the company has made its own. */
  readonly areOwn: ComputedRef<boolean>;
  nameOf(choice: OutcomeChoice): string;
  /** What the outcome of a call is called; null = it has none. */
  said(call: ChosenOutcome): string | null;
  /** What is missing, as one list of words. */
  gaps(missing: readonly CallGap[]): string;
}

/** 话后结果 as this desk has them; the product's until it has heard of others. */
export function useOutcomes(): Outcomes {
  const { t } = useI18n({ useScope: 'global' });
  const told = useStream('outcomes.current', null);
  const set = computed((): OutcomeSet => told.value ?? builtInOutcomes);
  const nameOf = ({ name, meaning }: OutcomeChoice): string => name ?? t(`words.outcome.${meaning}`);
  return {
    set,
    choices: computed(() => set.value.outcomes.filter(({ active }) => active)),
    areOwn: computed(() => set.value.outcomes.some(({ id }) => id !== null)),
    nameOf,
    said(call) {
      if (call.outcome === null) return null;
      const choice = choiceOf(set.value, call);
      return choice ? nameOf(choice) : t(`words.outcome.${call.outcome}`);
    },
    gaps: (missing) => missing.map((gap) => t(`words.callGap.${gap}`)).join(t('words.listComma')),
  };
}
