import { computed, type ComputedRef, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { CallSortKey } from '#shared/desk-contract/areas/calls.ts';
import type { UiColumn } from '#renderer/ui/index.ts';
import { useNarrow } from '#renderer/ui/use-narrow.ts';

/** px that all columns but the place need; and what they are without those that the drawer shows as well. */
const [roomy, tight] = [1360, 1100];

const sortOf = { time: 'newest', customer: 'name', employee: 'employee', wait: 'wait', talk: 'talk', result: 'result', outcome: 'outcome' } as const satisfies { readonly [column: string]: CallSortKey }; // prettier-ignore

/**
 * The columns of the call records, by the room that the page has: beside an open dock a small window has none for some, which
 * are in the drawer. @param ofOthers whether calls of more than one person may be among them
 */
export function useCallColumns(
  page: Readonly<Ref<HTMLElement | undefined>>,
  ofOthers: Readonly<Ref<boolean>>,
): ComputedRef<UiColumn[]> {
  const { t } = useI18n({ useScope: 'global' });
  const [lean, narrow] = [useNarrow(page, roomy), useNarrow(page, tight)];
  const of = (key: string, width: string, align?: 'end'): UiColumn => ({
    key,
    title: t(`calls.column.${key}`),
    width,
    ...(align ? { align } : {}),
    ...(key in sortOf ? { sortKey: sortOf[key as keyof typeof sortOf] } : {}),
  });
  return computed(() => {
    const all = [
      of('time', 'minmax(104px, 0.6fr)'),
      of('customer', 'minmax(140px, 2fr)'),
      of('number', 'minmax(120px, 0.8fr)'),
      of('place', 'minmax(168px, 1fr)'),
      of('employee', 'minmax(72px, 0.5fr)'),
      of('channel', 'minmax(128px, 0.8fr)'),
      of('wait', '64px', 'end'),
      of('talk', '64px', 'end'),
      of('result', 'minmax(84px, 0.6fr)'),
      of('endedBy', 'minmax(76px, 0.4fr)'),
      of('opener', 'minmax(100px, 0.8fr)'),
      of('outcome', 'minmax(88px, 0.7fr)'),
      of('recording', 'minmax(86px, 0.6fr)'),
      { key: 'dial', title: '', width: '60px', align: 'center' as const },
    ];
    return all.filter(({ key }) => {
      if (key === 'employee') return ofOthers.value;
      if (key === 'place') return !lean.value;
      return !narrow.value || !['channel', 'endedBy', 'opener'].includes(key);
    });
  });
}
