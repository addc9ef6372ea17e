import { computed, type ComputedRef, type ShallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import type { SipState } from '#shared/desk-contract/areas/sip.ts';
import { useStream } from '#renderer/app/desk.ts';
import { failureLine, useFailureText } from '#renderer/app/failure-text.ts';
import { useNow } from '#renderer/ui/index.ts';
import { stateWord } from './state-words.ts';

export interface LineWords {
  readonly state: Readonly<ShallowRef<SipState | undefined>>;
  /** 「已注册」「重新连接… 3 秒」; null = there is no account. */
  readonly text: ComputedRef<string | null>;
  readonly tone: ComputedRef<'ok' | 'warn' | 'bad' | 'neutral'>;
  /** Why it is not registered, in words; null = it is, or nobody knows. */
  readonly why: ComputedRef<string | null>;
  /** The agent's state is not told to the PBX, and why; null = it is, or need not be, or the line is away anyhow. */
  readonly untold: ComputedRef<string | null>;
}

/** How the SIP line stands, for everybody who shows it. */
export function useLineWords(): LineWords {
  const { t, te } = useI18n({ useScope: 'global' });
  const say = useFailureText();
  const state = useStream('sip.state', null);
  const now = useNow(500);
  const text = computed(() => {
    const { value } = state;
    if (!value?.account) return null;
    if (!value.served) return t('sip.line.unserved');
    const { phase, retryAt, trouble } = value.line;
    if (phase !== 'waiting') return t(`sip.line.${phase}`);
    if (trouble === 'refused') return t('sip.line.refused');
    return t('sip.line.waiting', { n: Math.max(1, Math.ceil(((retryAt ?? 0) - now.value) / 1000)) });
  });
  const tone = computed(() => {
    const { phase, trouble } = state.value?.line ?? { phase: 'off', trouble: null };
    if (phase === 'registered') return 'ok';
    if (trouble === 'refused') return 'bad';
    return trouble === null ? 'neutral' : 'warn';
  });
  const why = computed(() => {
    const { trouble, status } = state.value?.line ?? { trouble: null, status: null };
    if (trouble === null) return null;
    const ofStatus = `sip.trouble.refused-${status}`;
    return te(ofStatus) ? t(ofStatus) : t(`sip.trouble.${trouble}`, { status: status ?? '' });
  });
  const untold = computed(() => {
    const { stateReport, line } = state.value ?? {};
    const failed = line?.phase === 'registered' ? stateReport?.failed : null;
    if (!failed) return null;
    return t('sip.state.failed', { state: t(stateWord(failed.state)), what: failureLine(say(failed.problem)) });
  });
  return { state, text, tone, why, untold };
}
