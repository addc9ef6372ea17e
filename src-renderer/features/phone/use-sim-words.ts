import { useI18n } from 'vue-i18n';
import type { SimSlot } from '#shared/desk-contract/areas/phone.ts';
import { useOperatorWords } from '#renderer/app/operator-words.ts';
import { simName } from './sim-look.ts';

/** A slot in one word. `operatorFirst`: its operator wherever it is known, for a place that says its condition beside it. */
export function useSimWords(): (slot: SimSlot, how?: { readonly operatorFirst: boolean }) => string {
  const { t } = useI18n({ useScope: 'global' });
  const operatorWords = useOperatorWords();
  return (slot, { operatorFirst } = { operatorFirst: false }) => {
    const name = operatorFirst && slot.operator !== null ? { operator: slot.operator } : simName(slot);
    return 'operator' in name ? operatorWords(name.operator) : t(name.text);
  };
}
