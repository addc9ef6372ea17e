import { computed, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Channel } from '#shared/domain/vocabulary.ts';
import { useStream } from '#renderer/app/desk.ts';
import { useLineWords } from '#renderer/features/sip/index.ts';

/** A channel as it stands now. */
export interface ChannelWay {
  readonly channel: Channel;
  /** How it would go out, or why it cannot. */
  readonly state: string;
  readonly usable: boolean;
  /** The one of the settings. */
  readonly isDefault: boolean;
  /** 主叫号码 to choose from, the usual one first; none = there is no choice. */
  readonly callerIds: readonly string[];
}

/** 锦呼话机 and 锦云通讯 for one dial, the one of the settings first. */
export function useChannelWays(): ComputedRef<readonly ChannelWay[]> {
  const { t } = useI18n({ useScope: 'global' });
  const phone = useStream('phone.state', null);
  const settings = useStream('settings.values', null);
  const line = useLineWords();

  const ofPhone = computed(() => {
    const { value } = phone;
    if (value?.connection !== 'ready') return { usable: false, state: t('calls.dialPad.phoneAway') };
    const able = value.slots.filter((slot) => slot.problem === null && slot.condition !== 'absent');
    if (able.length === 0) return { usable: false, state: t('calls.dialPad.simNone') };
    const policy = settings.value?.simPolicy ?? 'manual';
    if (policy !== 'manual') return { usable: true, state: t(`sim.policyHint.${policy}`) };
    return value.activeSlot === null
      ? { usable: false, state: t('calls.dialPad.simManualNone') }
      : { usable: true, state: t('calls.dialPad.simManual', { slot: value.activeSlot }) };
  });
  const ofSip = computed(() => {
    const { state, text, why } = line;
    if (!state.value?.account) return { usable: false, state: t('calls.channel.sipNone') };
    if (state.value.line.phase === 'registered') return { usable: true, state: text.value ?? '' };
    return { usable: false, state: [text.value, why.value].filter(Boolean).join(' · ') };
  });

  return computed(() => {
    const standard = settings.value?.channel;
    const ways: ChannelWay[] = [
      { channel: 'desk-phone', ...ofPhone.value, isDefault: standard === 'desk-phone', callerIds: [] },
      {
        channel: 'sip',
        ...ofSip.value,
        isDefault: standard === 'sip',
        callerIds: line.state.value?.account?.callerIds ?? [],
      },
    ];
    return ways.sort((one, other) => Number(other.isDefault) - Number(one.isDefault));
  });
}
