import { useI18n } from 'vue-i18n';
import type { QueueEntryRow, QueueEntryView, QueueState } from '#shared/desk-contract/areas/dial-queue.ts';
import { clockTime } from '#shared/domain/call-rules.ts';
import { useFailureText } from '#renderer/app/failure-text.ts';
import { useOutcomes } from '#renderer/features/outcomes/index.ts';
import { useUiContext } from '#renderer/ui/index.ts';
import { browserClock } from '#renderer/ui/clock.ts';
import { formatUpcoming } from '#renderer/ui/format.ts';
import { nowKey, pauseWords } from './logic/queue-view.ts';

interface QueueWords {
  /** What goes on. */
  now(state: QueueState): string;
  /** Why it is paused, and by what that ends. */
  pause(state: QueueState, pause: NonNullable<QueueState['pause']>): { what: string; means: string };
  /** When somebody is called again: 14:06, 明天 09:00. */
  upcoming(at: number): string;
  /** What came of the calls to one customer; empty = there has been none. */
  tried(entry: QueueEntryView): string;
  /** What there is to say of one in the list besides its state. */
  about(entry: QueueEntryRow): string;
}

/** A queue in the person's language. */
export function useQueueWords(): QueueWords {
  const { t } = useI18n({ useScope: 'global' });
  const say = useFailureText();
  const { locale } = useUiContext();
  const outcomes = useOutcomes();
  const upcoming = (at: number): string => formatUpcoming(at, browserClock.now(), locale.value);
  const tried = ({ tries, result }: QueueEntryView): string =>
    [tries > 0 ? t('dial-queue.tried', { count: tries }) : '', result ? t(`words.callResult.${result}`) : '']
      .filter(Boolean)
      .join(' · ');
  const doneWords = ({ tries }: QueueEntryRow): string => (tries > 1 ? t('dial-queue.tried', { count: tries }) : '');
  return {
    upcoming,
    tried,
    now(state) {
      const name = state.entry?.companyName ?? state.entry?.contactName ?? t('dial-queue.gone');
      const key = nowKey(state);
      const what = state.problem ? say(state.problem).what : '';
      const at = state.retryAt === null ? '' : upcoming(state.retryAt);
      return t(`dial-queue.now.${key}`, { name, what, at });
    },
    pause({ window }, pause) {
      const { key } = pauseWords(pause);
      if (pause.by === 'person')
        return {
          what:
            pause.reason === 'other'
              ? t('dial-queue.now.paused')
              : t('dial-queue.pause.person', { reason: t(`dial-queue.reason.${pause.reason}`) }),
          means: '',
        };
      if (pause.problem) {
        const { what, means, fix } = say(pause.problem);
        return { what: t('dial-queue.pause.for', { what }), means: [means, fix].filter(Boolean).join(' ') };
      }
      const hours = window ? `${clockTime(window.startMinute)}–${clockTime(window.endMinute)}` : '';
      return { what: t(`dial-queue.pause.${key}`, { hours }), means: t(`dial-queue.pause.${key}Means`, { hours }) };
    },
    about(entry) {
      const { state, problem, dueAt, call } = entry;
      // Its tag has said that somebody answered.
      const came = state === 'done' ? doneWords(entry) : tried(entry);
      const why =
        state === 'skipped' ? t('dial-queue.bySkip') : problem && state !== 'dialling' ? say(problem).what : '';
      const due = state === 'retry' && dueAt !== null ? t('dial-queue.from', { at: upcoming(dueAt) }) : '';
      return [call?.outcome ? outcomes.said(call) : '', why, came, due].filter(Boolean).join(' · ');
    },
  };
}
