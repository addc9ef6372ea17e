import { computed, type ComputedRef } from 'vue';
import { auditText, type AuditText } from '#shared/domain/audit-text.ts';
import { useUiContext } from '#renderer/ui/index.ts';

/** The time zone of this computer. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Entries of the log in the language of the window and by the clock of this computer. */
export function useAuditText(): ComputedRef<AuditText> {
  const { locale } = useUiContext();
  return computed(() => auditText(locale.value, ownZone()));
}
