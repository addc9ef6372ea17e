import { computed, onScopeDispose, shallowRef, triggerRef, watch, type ComputedRef, type Ref } from 'vue';
import type { CommandInput } from '#shared/desk-contract/kit.ts';
import type { DeskContract } from '#shared/desk-contract/contract.ts';
import type { AuditEntryView } from '#shared/desk-contract/areas/company.ts';
import { useDesk } from '#renderer/app/desk.ts';
import { KeysetList } from '#renderer/ui/keyset-list.ts';

/** What the log is asked for, without its pages. */
export type AuditQuestion = Omit<CommandInput<DeskContract, 'company.audit'>, 'before' | 'limit'>;

export interface AuditLog {
  readonly list: KeysetList<AuditEntryView>;
  /** Entries that are here. */
  readonly count: ComputedRef<number>;
  /** There are more than are here. */
  readonly more: ComputedRef<boolean>;
  /** A long search has paused: how far it came, ms. */
  readonly pausedAt: ComputedRef<number | null>;
  /** What the next page was refused with, where some are here already. */
  readonly brokenOff: ComputedRef<unknown>;
}

/** The log by a question that may change. */
export function useAuditLog(question: Ref<AuditQuestion>): AuditLog {
  const desk = useDesk();
  const list = new KeysetList<AuditEntryView>(async (before, limit) => {
    const page = await desk.call('company.audit', { ...question.value, ...(before ? { before } : {}), limit });
    return { rows: page.entries, next: page.next, searchedTo: page.searchedTo };
  });
  const told = shallowRef(list);
  const listening = list.onChange(() => triggerRef(told));
  onScopeDispose(() => listening.dispose());
  watch(question, () => list.reset());
  return {
    list,
    count: computed(() => told.value.count),
    more: computed(() => told.value.more),
    pausedAt: computed(() => told.value.pausedAt),
    brokenOff: computed(() => (told.value.total === null ? null : told.value.failure)),
  };
}
