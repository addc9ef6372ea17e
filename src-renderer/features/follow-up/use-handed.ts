import { shallowRef, type ShallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import type { HandedBatch, HandedLeads } from '#shared/desk-contract/areas/leads.ts';
import { useStreamListener } from '#renderer/app/desk.ts';
import { useDock, useNoticeBehind } from '#renderer/features/calls/index.ts';
import { formatCount } from '#renderer/ui/index.ts';

/**
 * What others gave to the person or took from them, and `show` when there is news; where the window is behind others the system
 * tells too. On the line the number in the title bar is all.
 */
export function useHanded(show: (batch: string) => void): {
  readonly handed: ShallowRef<HandedLeads>;
  readonly words: (batch: HandedBatch) => string;
} {
  const { t } = useI18n({ useScope: 'global' });
  const dock = useDock();
  const tell = useNoticeBehind();
  const handed = shallowRef<HandedLeads>({ batches: [], rings: null });
  const words = ({ kind, by, count }: HandedBatch): string =>
    t(`follow-up.handed.${by === null ? 'byNobody' : 'bySomebody'}.${kind}`, { by, count: formatCount(count) });

  useStreamListener('leads.handed', null, (next) => {
    handed.value = next;
    const rings = next.batches.find(({ id }) => id === next.rings);
    if (!rings || dock.live) return;
    tell({ title: words(rings), body: rings.names.join(t('words.listComma')), tag: rings.id, stays: false });
    show(rings.id);
  });
  return { handed, words };
}
