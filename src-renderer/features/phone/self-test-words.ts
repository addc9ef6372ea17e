import { useI18n } from 'vue-i18n';
import type { SelfTestItem, SelfTestItemId } from '#shared/desk-contract/areas/self-test.ts';
import { useOperatorWords } from '#renderer/app/operator-words.ts';
import { slotOfItem } from './self-test-look.ts';

export interface SelfTestWords {
  name(id: SelfTestItemId): string;
  /** The small print of a line: what was seen; empty where there is nothing to tell. */
  facts(item: SelfTestItem): string;
}

export function useSelfTestWords(): SelfTestWords {
  const { t } = useI18n({ useScope: 'global' });
  const operatorWords = useOperatorWords();
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  const bars = (value: unknown): string | null => {
    const count = number(value);
    return count === null ? null : t('phone.signal', { n: count });
  };
  return {
    name(id) {
      const slot = slotOfItem({ id });
      return slot !== null ? t('phone.slot', { n: slot }) : t(`phone.selfTest.item.${id}`);
    },
    facts({ facts, state }) {
      if (state === 'waiting' || state === 'running' || state === 'asks') return '';
      const operator = text(facts['operator']);
      const delay = number(facts['delayMs']);
      const said = [
        text(facts['model']),
        text(facts['port']),
        text(facts['card']),
        operator && operatorWords(operator),
        bars(facts['bars']),
        delay === null ? null : t('phone.selfTest.delay', { ms: delay }),
        facts['everywhere'] === false ? t('phone.selfTest.onlyHere') : null,
      ];
      return said.filter((part) => part !== null).join(' · ');
    },
  };
}
