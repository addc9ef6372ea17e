import { computed, ref, shallowRef, type ComputedRef, type Ref } from 'vue';
import type { PhoneLogEntry } from '#shared/desk-contract/areas/phone.ts';
import { useStreamListener } from '#renderer/app/desk.ts';
import { emptyLog, filterLines, withBatch, type LogFilter, type PhoneLog } from './phone-log.ts';

/** `scrolled`: the person looks at something further up. Held back are both; what comes meanwhile is only counted. */
export type LogMode = 'follow' | 'scrolled' | 'paused';

interface PhoneLogView {
  readonly mode: Ref<LogMode>;
  readonly filter: Ref<LogFilter>;
  readonly shown: ComputedRef<readonly PhoneLogEntry[]>;
  readonly isEmpty: ComputedRef<boolean>;
  /** Lines of the engine that are not here. */
  readonly left: ComputedRef<number>;
  /** Lines that came since the view stands still. */
  readonly waiting: ComputedRef<number>;
  setMode(next: LogMode): void;
}

/** The live log of this window, and where the person is in it. */
export function usePhoneLog(): PhoneLogView {
  const live = shallowRef<PhoneLog>(emptyLog);
  const held = shallowRef<PhoneLog | null>(null);
  const mode = ref<LogMode>('follow');
  const filter = ref<LogFilter>({ slot: null, text: '' });
  const current = computed(() => held.value ?? live.value);
  useStreamListener('phone.log', null, (batch) => {
    live.value = withBatch(live.value, batch);
  });
  return {
    mode,
    filter,
    shown: computed(() => filterLines(current.value.lines, filter.value)),
    isEmpty: computed(() => current.value.lines.length === 0),
    left: computed(() => current.value.left),
    waiting: computed(() => {
      if (!held.value) return 0;
      if (held.value.run !== live.value.run) return live.value.lines.length;
      return (live.value.lines.at(-1)?.seq ?? 0) - (held.value.lines.at(-1)?.seq ?? 0);
    }),
    setMode(next) {
      if (next === 'follow') held.value = null;
      else held.value ??= live.value;
      mode.value = next;
    },
  };
}
