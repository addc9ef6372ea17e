import { useI18n } from 'vue-i18n';
import type { SimSlot } from '#shared/desk-contract/areas/phone.ts';
import { formatDuration } from '#renderer/ui/index.ts';
import { formatUpcoming } from '#renderer/ui/format.ts';
import { restLeft } from './sim-look.ts';

/** A rest in words. */
export interface RestWords {
  /** 冷却中 */
  readonly rule: string;
  /** 12:03 to go, or from when on where that is long. */
  readonly clock: string;
  /** 冷却中，还有 12:03 */
  readonly whole: string;
}

/** Whoever waits less than this looks at the seconds. */
const countDownMs = 60 * 60 * 1000;

export function useRestWords(): (slot: SimSlot, now: number) => RestWords | null {
  const { t, locale } = useI18n({ useScope: 'global' });
  return (slot, now) => {
    const left = restLeft(slot, now);
    if (left === null || !slot.use?.verdict) return null;
    const rule = t(`sim.rule.${slot.use.verdict.replace('sim.', '')}`);
    if (left < countDownMs) {
      const clock = formatDuration(Math.ceil(left / 1000) * 1000);
      return { rule, clock, whole: t('phone.usage.left', { rule, left: clock }) };
    }
    const at = formatUpcoming(now + left, now, locale.value === 'en' ? 'en' : 'zh-CN');
    return { rule, clock: at, whole: t('phone.usage.until', { rule, at }) };
  };
}
