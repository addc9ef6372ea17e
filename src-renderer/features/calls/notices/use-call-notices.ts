import { onScopeDispose, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { formatNumber } from '#shared/domain/phone-number.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { useDesk, useStreamListener } from '#renderer/app/desk.ts';
import { placeWords } from '#renderer/features/number-places/index.ts';
import { useSettings } from '#renderer/features/settings/index.ts';
import { browserClock } from '#renderer/ui/index.ts';
import { CallNotices, type CallNotice } from '../logic/call-notices.ts';
import { whoKey } from '../logic/call-words.ts';
import { onFrontChange, showNotice, windowInFront } from './system-notices.ts';
import { TellingWindow } from './telling-window.ts';
import { useComeToFront } from './use-notice-behind.ts';

/** All windows of a browser show one desk. */
const lockName = 'jinhu-call-notices';
/** Whoever goes from one window of the desk to another leaves the first a moment before. */
const goneMs = 200;

/** Who calls while no window of the desk is before the person is told by the system, once, where the setting lets it. */
export function useCallNotices(): void {
  const { t } = useI18n({ useScope: 'global' });
  const desk = useDesk();
  const settings = useSettings();
  const comeToFront = useComeToFront();
  const wanted = (): boolean => settings.values?.callNotices ?? false;

  function words({ call, ...notice }: CallNotice): { title: string; body: string } {
    const who = call.customerName ?? t(whoKey(call));
    const masked = settings.values?.maskNumbers ?? true;
    const shown = call.number === '' ? t('calls.dock.withheld') : formatNumber(call.number, { masked });
    const number = call.place ? `${shown} · ${placeWords(call.place, t)}` : shown;
    if (notice.kind === 'ringing')
      return { title: t('calls.notice.ringing', { who }), body: t('calls.notice.take', { number }) };
    const { count } = notice;
    return count === 1
      ? { title: t('calls.notice.missed', { who }), body: number }
      : { title: t('calls.notice.missedMany', { count }), body: t('calls.notice.last', { who, number }) };
  }

  const telling = new TellingWindow({ locks: navigator.locks, lockName, inFront: windowInFront });
  const notices = new CallNotices({
    silent: () => windowInFront() || !telling.tells || !wanted(),
    show: (notice) =>
      showNotice({
        ...words(notice),
        tag: notice.kind === 'missed' ? 'missed-calls' : notice.call.id,
        stays: notice.kind === 'ringing',
        onClick: comeToFront,
      }),
    find: async (id) => {
      const answer = await desk.attempt('calls.get', { id });
      return answer.ok ? answer.value : null;
    },
  });
  useStreamListener('calls.current', null, (item) => notices.take(item));
  watch(wanted, () => notices.update());
  telling.changed.on(() => notices.update());
  let gone: Disposable | null = null;
  const front = onFrontChange(() => {
    telling.update();
    gone?.dispose();
    if (windowInFront()) notices.update();
    else gone = browserClock.after(goneMs, () => notices.update());
  });
  onScopeDispose(() => {
    front.dispose();
    gone?.dispose();
    telling.dispose();
    notices.dispose();
  });
}
