import { shallowRef, type ShallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import type { HandedBatch, HandedLeads } from '#shared/desk-contract/areas/leads.ts';
import { useStreamListener } from '#renderer/app/desk.ts';
import { useDock, useNoticeBehind } from '#renderer/features/calls/index.ts';
import { formatCount } from '#renderer/ui/index.ts';

/** Where they are; null = what is not to be seen any more is in no list. */
export const listOf = ({ kind }: HandedBatch): string | null => (kind === 'given' ? '/followed' : kind === 'gone' ? null : '/public'); // prettier-ignore

/** What happened, and to whom: the first names, and how many more. */
export function useHandedWords(): Readonly<Record<'words' | 'names', (batch: HandedBatch) => string>> {
  const { t } = useI18n({ useScope: 'global' });
  return {
    words: ({ kind, by, count }) =>
      t(`follow-up.handed.${by === null ? 'byNobody' : 'bySomebody'}.${kind}`, { by, count: formatCount(count) }),
    names: ({ names, count }) =>
      names.join(t('words.listComma')) +
      (count > names.length ? t('follow-up.handed.more', { count: formatCount(count) }) : ''),
  };
}

/**
 * What others gave to the person or took from them, and `show` when there is news; where the window is behind others the system
 * tells too. On the line the number in the title bar is all.
 */
export function useHanded(show: (batch: string) => void): ShallowRef<HandedLeads> {
  const { t } = useI18n({ useScope: 'global' });
  const { words } = useHandedWords();
  const dock = useDock();
  const tell = useNoticeBehind();
  const handed = shallowRef<HandedLeads>({ batches: [], rings: null });

  useStreamListener('leads.handed', null, (next) => {
    handed.value = next;
    const rings = next.batches.find(({ id }) => id === next.rings);
    if (!rings || dock.live) return;
    tell({ title: words(rings), body: rings.names.join(t('words.listComma')), tag: rings.id, stays: false });
    show(rings.id);
  });
  return handed;
}
