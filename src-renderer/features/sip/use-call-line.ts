import { computed, type ComputedRef } from 'vue';
import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import { useStream } from '#renderer/app/desk.ts';

/** The line's name of a call, where there is more than one to tell it from; null elsewhere. */
export function useCallLine(call: () => Pick<CallView, 'line'>): ComputedRef<string | null> {
  const state = useStream('sip.state', null);
  return computed(() => {
    const { line } = call();
    const others = state.value?.lines.filter(({ id, enabled }) => enabled && id !== line?.id) ?? [];
    return line && others.length > 0 ? line.name : null;
  });
}
