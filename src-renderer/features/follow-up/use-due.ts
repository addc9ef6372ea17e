import { onScopeDispose, ref, watch, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Disposable } from '#shared/base/dispose.ts';
import type { DueFollowUp, DueFollowUps } from '#shared/desk-contract/areas/leads.ts';
import { useStreamListener } from '#renderer/app/desk.ts';
import { useDock, useNoticeBehind } from '#renderer/features/calls/index.ts';
import { useSettings } from '#renderer/features/settings/index.ts';
import { useRinger } from '#renderer/features/voice/index.ts';
import { browserClock } from '#renderer/ui/index.ts';
import { Bell } from './logic/bell.ts';

/** So long a reminder is heard: one knock, not a ring that wants to be taken. */
const knockMs = 1500;

/**
 * What is due, and the bell: a knock, a notice of the system where the window is behind others, and `show`. On the line nobody
 * hears or sees more than the number in the title bar (`Bell`).
 */
export function useDue(show: (leadId: string) => void): Ref<DueFollowUps> {
  const { t } = useI18n({ useScope: 'global' });
  const dock = useDock();
  const settings = useSettings();
  const { knock } = useRinger();
  const due = ref<DueFollowUps>({ due: [], count: 0, rings: null });
  const tell = useNoticeBehind();
  let silence: Disposable | null = null;
  const bell = new Bell();

  function ring(one: DueFollowUp | null): void {
    if (!one) return;
    knock.ring(settings.values?.ringing.volume ?? 0);
    silence?.dispose();
    silence = browserClock.after(knockMs, () => knock.dispose());
    tell({
      title: t('follow-up.due.notice', { name: one.companyName }),
      body: one.note ?? one.contactName ?? '',
      tag: one.leadId,
      stays: true,
    });
    show(one.leadId);
  }
  useStreamListener('leads.due', null, (next) => {
    due.value = next;
    ring(bell.told(next, dock.live));
  });
  watch(
    () => dock.live,
    (live) => !live && ring(bell.hungUp(due.value.due)),
  );
  onScopeDispose(() => silence?.dispose());
  return due;
}
