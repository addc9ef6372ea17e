import { computed, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import type { LeadRow } from '#shared/desk-contract/areas/leads.ts';
import { mayClaim } from '#shared/domain/pool-rules.ts';
import { useCommand, useDesk, useStreamListener, type Failure } from '#renderer/app/desk.ts';
import { usePlan } from './use-plan.ts';

export interface PlannedLead {
  /** Null = not read yet, or gone. */
  readonly lead: Readonly<ShallowRef<LeadRow | null>>;
  readonly isMine: ComputedRef<boolean>;
  /** Theirs, or theirs to claim: a colleague's is not to be planned, nor one that a rule keeps from them yet. */
  readonly isOpen: ComputedRef<boolean>;
  readonly claiming: Readonly<Ref<boolean>>;
  /** Why the last deed failed. */
  readonly failure: ComputedRef<Failure | null>;
  claim(): Promise<boolean>;
  /** @returns whether it is planned */
  tomorrow(): Promise<boolean>;
  /** @param at ms */
  planFor(at: number): Promise<boolean>;
}

/** The customer whom a call is with, or a dial was meant for: planned by one deed, claimed first where nobody follows them. */
export function usePlannedLead(leadId: () => string): PlannedLead {
  const desk = useDesk();
  const claim = useCommand('leads.claim');
  const plan = usePlan();
  const lead = shallowRef<LeadRow | null>(null);
  const isMine = computed(() => lead.value?.following === 'me' || lead.value?.following === 'wished');

  async function load(): Promise<void> {
    const id = leadId();
    const answer = await desk.attempt('leads.get', { id });
    if (leadId() === id) lead.value = answer.ok ? answer.value : null;
  }
  watch(leadId, load, { immediate: true });
  useStreamListener('leads.changed', null, load);

  async function claimIt(): Promise<boolean> {
    return (await claim.run({ ids: [leadId()] })).ok;
  }
  /** Theirs first, where nobody follows them yet. */
  async function planned(write: (id: string) => Promise<{ ok: boolean }>): Promise<boolean> {
    const id = leadId();
    if (!isMine.value) {
      if (!(await claimIt())) return false;
      await load();
    }
    return leadId() === id && isMine.value && (await write(id)).ok;
  }
  return {
    lead,
    isMine,
    isOpen: computed(() => isMine.value || (lead.value !== null && mayClaim(lead.value))),
    claiming: claim.pending,
    failure: computed(() => claim.failure.value ?? plan.failure.value),
    claim: claimIt,
    tomorrow: () => planned(plan.tomorrow),
    planFor: (at) => planned((id) => plan.planFor(id, at)),
  };
}
