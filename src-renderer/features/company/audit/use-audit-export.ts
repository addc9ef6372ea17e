import { computed, onScopeDispose, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { useCommand, useStream, type Failure } from '#renderer/app/desk.ts';
import { saveFile } from '#renderer/app/save-file.ts';
import { useUiContext } from '#renderer/ui/index.ts';
import type { AuditQuestion } from './use-audit-log.ts';
import { ownZone } from './use-audit-text.ts';

export interface AuditExport {
  readonly pending: Readonly<Ref<boolean>>;
  /** Entries so far. */
  readonly rows: ComputedRef<number>;
  readonly failure: Readonly<ShallowRef<Failure | null>>;
  /** What was exported last. */
  readonly made: Readonly<ShallowRef<{ readonly rows: number; readonly capped: boolean } | null>>;
  save(question: AuditQuestion): Promise<void>;
  cancel(): void;
}

/** 导出: the engine brings the file, the browser saves it where the person wants it. Whoever leaves the page cancels it. */
export function useAuditExport(): AuditExport {
  const { locale } = useUiContext();
  const { run, pending, failure } = useCommand('company.exportAudit');
  const progress = useStream('company.auditExport', null);
  const made = shallowRef<{ readonly rows: number; readonly capped: boolean } | null>(null);
  let giveUp: AbortController | undefined;
  const cancel = (): void => giveUp?.abort();
  onScopeDispose(cancel);
  return {
    pending,
    rows: computed(() => progress.value?.rows ?? 0),
    failure,
    made,
    cancel,
    async save(question) {
      made.value = null;
      giveUp = new AbortController();
      const input = { ...question, locale: locale.value, zone: ownZone() };
      const result = await run(input, { signal: giveUp.signal });
      if (!result.ok) return;
      made.value = result.value;
      saveFile(result.value);
    },
  };
}
