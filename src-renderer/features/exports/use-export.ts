import { computed, onScopeDispose, shallowRef } from 'vue';
import type { ExportAsk, ExportWhat } from '#shared/desk-contract/areas/exports.ts';
import { useCommand, useStream } from '#renderer/app/desk.ts';
import { saveFile } from '#renderer/app/save-file.ts';
import { useUiContext } from '#renderer/ui/index.ts';

interface Made {
  readonly fileName: string;
  readonly rows: number;
  readonly listed: number;
}

/** One export: what it would be, how far it is, and what came of it. Whoever leaves the page cancels it. */
export function useExport(what: () => ExportWhat) {
  const { locale } = useUiContext();
  const look = useCommand('exports.look');
  const { run, pending, failure, clear } = useCommand('exports.run');
  const state = useStream('exports.state', null);
  const found = shallowRef<{ readonly rows: number; readonly masked: 'role' | 'desk' | null } | null>(null);
  const made = shallowRef<Made | null>(null);
  let giveUp: AbortController | undefined;
  const cancel = (): void => giveUp?.abort();
  onScopeDispose(cancel);

  return {
    found,
    made,
    pending,
    failure: computed(() => look.failure.value ?? failure.value),
    progress: computed(() => state.value?.progress ?? null),
    cancel,
    async begin(): Promise<void> {
      [found.value, made.value] = [null, null];
      clear();
      const answer = await look.run({ what: what() });
      if (answer.ok) found.value = answer.value;
    },
    async save(choice: Pick<ExportAsk, 'columns' | 'format'>): Promise<void> {
      giveUp = new AbortController();
      const answer = await run({ what: what(), ...choice, locale: locale.value }, { signal: giveUp.signal });
      if (!answer.ok) return;
      made.value = answer.value;
      saveFile(answer.value);
    },
  };
}
