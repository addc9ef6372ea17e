import { computed, onMounted, onUnmounted, watch, type ComputedRef } from 'vue';
import { callQuery, type CallQuery } from '#shared/desk-contract/areas/calls.ts';
import { useDesk, useStream, useStreamListener } from '#renderer/app/desk.ts';
import { useSession } from '#renderer/features/session/index.ts';

/** 未接来电 that this person has not seen in the list yet. */
export function useMissed(): ComputedRef<number> {
  const missed = useStream('calls.missed', null);
  return computed(() => missed.value?.unseen ?? 0);
}

/** Of one page of a list. */
const mostAsked = 100;
const missed = { direction: 'inbound', result: 'missed', sort: 'newest', descending: true } as const;

/**
 * For the list: missed calls that it shows are seen, as long as the window itself is. One that is narrowed to something else
 * shows none of them. @param query what the list asks for
 */
export function useSeeingMissed(query: () => CallQuery): void {
  const desk = useDesk();
  const session = useSession();
  const unseen = useMissed();

  async function areShown(asked: CallQuery, count: number): Promise<boolean> {
    const me = session.state?.employee?.id ?? null;
    if (asked.direction === 'outbound' || (asked.result ?? 'missed') !== 'missed' || (asked.employeeId ?? me) !== me)
      return false;
    const newest = (of: CallQuery, limit: number) =>
      desk.attempt('calls.list', { query: { ...of, ...missed, employeeId: me }, offset: 0, limit });
    const [news, shown] = await Promise.all([
      newest(callQuery.parse({}), Math.min(count, mostAsked)),
      newest(asked, mostAsked),
    ]);
    if (!news.ok || !shown.ok) return false;
    const ids = new Set(shown.value.rows.map(({ id }) => id));
    return news.value.rows.every(({ id }) => ids.has(id));
  }
  async function look(): Promise<void> {
    const asked = query();
    const isSeen = (): boolean => document.visibilityState === 'visible' && query() === asked;
    if (unseen.value === 0 || !isSeen() || !(await areShown(asked, unseen.value)) || !isSeen()) return;
    void desk.attempt('calls.seeMissed', null);
  }
  const again = (): void => void look();
  watch([unseen, query], again);
  useStreamListener('calls.changed', null, again);
  onMounted(() => {
    again();
    document.addEventListener('visibilitychange', again);
  });
  onUnmounted(() => document.removeEventListener('visibilitychange', again));
}
