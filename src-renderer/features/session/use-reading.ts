import { computed, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';
import type { SyncReading } from '#shared/desk-contract/areas/session.ts';
import { formatCount } from '#renderer/ui/index.ts';
import { useSession } from './store.ts';

interface ReadingWords {
  /** Null while nothing of the company is read as a whole. */
  readonly reading: ComputedRef<SyncReading | null>;
  /** Nothing of the company is here yet: an empty list says nothing about what there is. */
  readonly isFirst: ComputedRef<boolean>;
  /** What is being done, with how much of it is. */
  readonly words: ComputedRef<string>;
  /** What has come so far. */
  readonly rows: ComputedRef<string>;
}

/** How far everything of the company is read, in words. */
export function useReading(): ReadingWords {
  const { t } = useI18n({ useScope: 'global' });
  const session = useSession();
  const reading = computed(() => session.sync?.reading ?? null);
  return {
    reading,
    isFirst: computed(() => reading.value?.first === true),
    words: computed(() => {
      const share = reading.value?.share ?? null;
      // Rounded down: 100% is what is there.
      return share === null
        ? t('session.reading.title')
        : t('session.reading.percent', { percent: Math.floor(share * 100) });
    }),
    rows: computed(() => formatCount(reading.value?.rows ?? 0)),
  };
}
