import { computed, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Channel } from '#shared/domain/vocabulary.ts';
import { useStream } from '#renderer/app/desk.ts';
import { useLineWords, type LineInWords } from '#renderer/features/sip/index.ts';

/** A channel, or one line of it, as it stands now. */
export interface ChannelWay {
  readonly channel: Channel;
  /** SIP account, where there is more than one; null = the channel has no choice of lines. */
  readonly lineId: string | null;
  /** 锦呼话机, 锦云通讯, or the line's name. */
  readonly name: string;
  /** How it would go out, or why it cannot. */
  readonly state: string;
  readonly usable: boolean;
  /** The one of the settings, and of several lines the default one. */
  readonly isDefault: boolean;
  /** 主叫号码 to choose from, the usual one first; none = there is no choice. */
  readonly callerIds: readonly string[];
}

/** 锦呼话机 and 锦云通讯, or each line of it, for one dial: the channel of the settings first, the default line before others. */
export function useChannelWays(): ComputedRef<readonly ChannelWay[]> {
  const { t } = useI18n({ useScope: 'global' });
  const phone = useStream('phone.state', null);
  const settings = useStream('settings.values', null);
  const { lines, usual, several } = useLineWords();
  const nameOf = (channel: Channel): string => t(`words.channel.${channel}`);

  const ofPhone = computed((): Way => {
    const { value } = phone;
    const way = { channel: 'desk-phone', lineId: null, name: nameOf('desk-phone'), callerIds: [] } as const;
    if (value?.connection !== 'ready') return { ...way, usable: false, state: t('calls.dialPad.phoneAway') };
    const able = value.slots.filter((slot) => slot.problem === null && slot.condition !== 'absent');
    if (able.length === 0) return { ...way, usable: false, state: t('calls.dialPad.simNone') };
    const policy = settings.value?.simPolicy ?? 'manual';
    if (policy !== 'manual') return { ...way, usable: true, state: t(`sim.policyHint.${policy}`) };
    return value.activeSlot === null
      ? { ...way, usable: false, state: t('calls.dialPad.simManualNone') }
      : { ...way, usable: true, state: t('calls.dialPad.simManual', { slot: value.activeSlot }) };
  });
  const ofLine = ({ id, name, line, text, why, account: { callerIds } }: LineInWords): Way => ({
    channel: 'sip',
    lineId: several.value ? id : null,
    name: several.value ? name : nameOf('sip'),
    usable: line.phase === 'registered',
    state: line.phase === 'registered' ? text : [text, why].filter(Boolean).join(' · '),
    callerIds,
  });
  const noSip = computed((): Way => {
    const state = t(lines.value.length > 0 ? 'sip.line.disabled' : 'calls.channel.sipNone');
    return { channel: 'sip', lineId: null, name: nameOf('sip'), usable: false, state, callerIds: [] };
  });

  return computed(() => {
    const standard = settings.value?.channel;
    const usualFirst = lines.value.filter(({ enabled }) => enabled).sort(byDefault);
    const ofSip = usualFirst.length > 0 ? usualFirst.map(ofLine) : [noSip.value];
    const isDefault = ({ channel, lineId }: Way): boolean =>
      channel === standard && (lineId === null || lineId === usual.value?.id);
    return [ofPhone.value, ...ofSip]
      .map((way): ChannelWay => ({ ...way, isDefault: isDefault(way) }))
      .sort((one, other) => Number(other.channel === standard) - Number(one.channel === standard));
  });
}

type Way = Omit<ChannelWay, 'isDefault'>;

const byDefault = (one: LineInWords, other: LineInWords): number => Number(other.isDefault) - Number(one.isDefault);
