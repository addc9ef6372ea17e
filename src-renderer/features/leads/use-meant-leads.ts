import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue';
import type { SpreadLead } from '#shared/domain/lead-spread.ts';
import { useCommand, type CommandState } from '#renderer/app/desk.ts';
import type { MeantLeads } from './logic/meant-leads.ts';

interface Looking {
  readonly look: CommandState;
  /** As they stood when the form was opened: what is shown is what is done. Null = not known yet. */
  readonly found: ShallowRef<readonly SpreadLead[] | null>;
  /** Of the whole list, and whether that is more than one deed takes. */
  readonly total: ComputedRef<number>;
  readonly cut: ComputedRef<boolean>;
}

/** Which leads a form is about, asked for as it opens. @param meant null = it is closed */
export function useMeantLeads(meant: () => MeantLeads | null): Looking {
  const look = useCommand('leadBulk.look');
  const found = shallowRef<readonly SpreadLead[] | null>(null);
  const whole = shallowRef(0);
  watch(
    meant,
    async (now) => {
      found.value = null;
      if (!now) return;
      const answer = await look.run({ what: now.what });
      if (!answer.ok || meant() !== now) return;
      found.value = answer.value.leads;
      whole.value = answer.value.total;
    },
    { immediate: true },
  );
  return { look, found, total: computed(() => whole.value), cut: computed(() => whole.value > (found.value?.length ?? whole.value)) }; // prettier-ignore
}
