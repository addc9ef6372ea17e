import { useI18n } from 'vue-i18n';
import { operators } from '#shared/domain/operator.ts';

/** The operator of a SIM in words: 移动 …; one that we do not know (roaming, a test network) by the name it gave. */
export function useOperatorWords(): (operator: string) => string {
  const { t } = useI18n({ useScope: 'global' });
  return (operator) => (operators.some((known) => known === operator) ? t(`words.operator.${operator}`) : operator);
}
