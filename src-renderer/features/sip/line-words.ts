import { computed, type ComputedRef, type ShallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import type { SipLineState, SipState } from '#shared/desk-contract/areas/sip.ts';
import { sipAccountName } from '#shared/domain/sip-account.ts';
import { useStream } from '#renderer/app/desk.ts';
import { failureLine, useFailureText } from '#renderer/app/failure-text.ts';
import { useNow } from '#renderer/ui/index.ts';
import { stateWord } from './state-words.ts';

export type LineTone = 'ok' | 'warn' | 'bad' | 'neutral';

/** One SIP line, in words. */
export interface LineInWords extends SipLineState {
  /** 备注名, or the account's address. */
  readonly name: string;
  /** 「已注册」「重新连接… 3 秒」 */
  readonly text: string;
  readonly tone: LineTone;
  /** Why it is not registered; null = it is, or nobody knows. */
  readonly why: string | null;
  /** The agent's state is not told to its PBX, and why; null = it is, or need not be, or the line is away anyhow. */
  readonly untold: string | null;
}

export interface LineWords {
  readonly state: Readonly<ShallowRef<SipState | undefined>>;
  readonly lines: ComputedRef<readonly LineInWords[]>;
  /** 默认线路; null = there is none that is on. */
  readonly usual: ComputedRef<LineInWords | null>;
  /** More than one that is on: only then has a line to be told from others. */
  readonly several: ComputedRef<boolean>;
}

/** How the SIP lines stand, for everybody who shows them. */
export function useLineWords(): LineWords {
  const { t, te } = useI18n({ useScope: 'global' });
  const say = useFailureText();
  const state = useStream('sip.state', null);
  const now = useNow(500);
  const textOf = ({ enabled, idle, line: { phase, retryAt, trouble } }: SipLineState): string => {
    if (idle) return t(`sip.idle.${idle}`);
    if (!enabled) return t('sip.line.disabled');
    if (!state.value?.served) return t('sip.line.unserved');
    if (phase !== 'waiting') return t(`sip.line.${phase}`);
    if (trouble === 'refused') return t('sip.line.refused');
    return t('sip.line.waiting', { n: Math.max(1, Math.ceil(((retryAt ?? 0) - now.value) / 1000)) });
  };
  const whyOf = ({ line: { trouble, status } }: SipLineState): string | null => {
    if (trouble === null) return null;
    const ofStatus = `sip.trouble.refused-${status}`;
    return te(ofStatus) ? t(ofStatus) : t(`sip.trouble.${trouble}`, { status: status ?? '' });
  };
  const untoldOf = ({ enabled, line: { phase }, stateReport }: SipLineState): string | null => {
    const failed = enabled && phase === 'registered' ? stateReport?.failed : null;
    if (!failed) return null;
    return t('sip.state.failed', { state: t(stateWord(failed.state)), what: failureLine(say(failed.problem)) });
  };
  const lines = computed(() =>
    (state.value?.lines ?? []).map((line) => ({
      ...line,
      name: sipAccountName(line.account),
      text: textOf(line),
      tone: toneOf(line),
      why: whyOf(line),
      untold: untoldOf(line),
    })),
  );
  return {
    state,
    lines,
    usual: computed(() => lines.value.find(({ isDefault }) => isDefault) ?? null),
    several: computed(() => lines.value.filter(({ enabled }) => enabled).length > 1),
  };
}

function toneOf({ idle, line: { phase, trouble } }: SipLineState): LineTone {
  if (idle) return idle === 'unreadable' ? 'bad' : 'warn';
  if (phase === 'registered') return 'ok';
  if (trouble === 'refused') return 'bad';
  return trouble === null ? 'neutral' : 'warn';
}
