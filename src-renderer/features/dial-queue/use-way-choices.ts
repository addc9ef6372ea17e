import { computed, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { useStream } from '#renderer/app/desk.ts';
import { useOperatorWords } from '#renderer/app/operator-words.ts';
import { useSettings } from '#renderer/features/settings/index.ts';
import { useLineWords } from '#renderer/features/sip/index.ts';
import { wayKey } from './logic/queue-form.ts';

/** By what a queue may call, by the keys of `wayKey`: as the settings say, the phone by its policy or by one card, SIP by its default line or by one. */
export function useWayChoices(): ComputedRef<readonly { value: string; label: string }[]> {
  const { t } = useI18n({ useScope: 'global' });
  const phone = useStream('phone.state', null);
  const settings = useSettings();
  const operatorWords = useOperatorWords();
  const { lines, several } = useLineWords();
  const nothing = { channel: null, slot: null, lineId: null };

  return computed(() => {
    const { channel = 'desk-phone', simPolicy = 'manual' } = settings.values ?? {};
    const ofPhone = { name: t('words.channel.desk-phone') };
    const policy = t(`sim.policy.${simPolicy}`);
    const cards = (phone.value?.slots ?? []).filter(({ condition }) => condition !== 'absent');
    const on = lines.value.filter(({ enabled }) => enabled);
    return [
      { way: nothing, label: t('dial-queue.way.usual', { name: t(`words.channel.${channel}`) }) },
      { way: { ...nothing, channel: 'desk-phone' }, label: t('dial-queue.way.phone', { ...ofPhone, policy }) } as const,
      ...cards.map(({ slot, operator }) => ({
        way: { ...nothing, channel: 'desk-phone', slot } as const,
        label: t('dial-queue.way.slot', { ...ofPhone, slot, operator: operator ? operatorWords(operator) : '' }).trim(),
      })),
      ...(on.length > 0 ? [{ way: { ...nothing, channel: 'sip' } as const, label: t('words.channel.sip') }] : []),
      ...(several.value ? on : []).map(({ id, name }) => ({
        way: { ...nothing, channel: 'sip', lineId: id } as const,
        label: t('dial-queue.way.line', { channel: t('words.channel.sip'), name }),
      })),
    ].map(({ way, label }) => ({ value: wayKey(way), label }));
  });
}
