import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { useCommand, type Failure } from '#renderer/app/desk.ts';

export interface DialOrder {
  readonly number: string;
  readonly leadId?: string | null;
  readonly slot?: number | null;
  /** Whom the number belongs to, for the words of a refusal. */
  readonly name?: string | null;
}

/** A dial that the gate, the phone or the SIM refused: shown in the dock, where the eye is (ux.md), never as a modal. */
export interface Refusal {
  readonly order: DialOrder;
  readonly failure: Failure;
}

/** Every way to dial in the window goes through here, so that a refusal has one place. */
export const useDial = defineStore('dial', () => {
  const command = useCommand('calls.dial');
  const refusal = shallowRef<Refusal | null>(null);
  const dialing = shallowRef<DialOrder | null>(null);
  const lastNumber = ref<string | null>(null);

  /** Resolves true when the call is on its way. One dial at a time: a second click while one is under way does nothing. */
  async function dial(order: DialOrder): Promise<boolean> {
    if (dialing.value) return false;
    dialing.value = order;
    refusal.value = null;
    lastNumber.value = order.number;
    const result = await command.run({
      number: order.number,
      leadId: order.leadId ?? null,
      slot: order.slot ?? null,
    });
    dialing.value = null;
    if (!result.ok) refusal.value = { order, failure: result.error };
    return result.ok;
  }

  return {
    dial,
    /** What is being put to the phone just now. */
    dialing: computed(() => dialing.value),
    refusal: computed(() => refusal.value),
    lastNumber: computed(() => lastNumber.value),
    forgetRefusal: () => {
      refusal.value = null;
    },
  };
});
